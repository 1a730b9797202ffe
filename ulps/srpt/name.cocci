// SPDX-License-Identifier: GPL-2.0
//
// Directories of configfs and the ports that they stand for: two lifetimes.  The
// code that is new is in name.c and config.c.

// port.h has the structure.
// matches: 1
@ directory_struct @
position p;
@@
- struct srpt_port_id {
- 	struct mutex mutex@p;
- 	...
- };
+ #include "port.h"

// matches: 1
@ pair_struct @
identifier sport;
position p;
@@
- struct port_and_port_id {
- 	struct srpt_port *sport@p;
- 	...
- };

// matches: 1
@ find_port @
identifier name;
position p;
@@
- static struct port_and_port_id __srpt_lookup_port@p(const char *name) { ... }

// matches: 1
@ lookup_port @
identifier name;
position p;
@@
- static struct port_and_port_id srpt_lookup_port@p(const char *name) { ... }

// matches: 1
@ tpg_port @
identifier tpg;
position p;
@@
- static struct srpt_port *srpt_tpg_to_sport@p(struct se_portal_group *tpg) { ... }

// matches: 1
@ wwn_directory @
identifier wwn;
position p;
@@
- static struct srpt_port_id *srpt_wwn_to_sport_id@p(struct se_wwn *wwn) { ... }

// matches: 1
@ make_port @
identifier tf, group, name;
position p;
@@
- static struct se_wwn *srpt_make_tport@p(struct target_fabric_configfs *tf,
- 		struct config_group *group, const char *name) { ... }

// matches: 1
@ drop_port @
identifier wwn;
position p;
@@
- static void srpt_drop_tport@p(struct se_wwn *wwn) { ... }

// matches: 1
@ enable_port @
identifier tpg, enable;
position p;
@@
- static int srpt_enable_tpg@p(struct se_portal_group *tpg, bool enable) { ... }

// config.c asks the directory for its port.
// matches: 4
@ show_attribute @
identifier show =~ "^srpt_tpg_attrib_.*_show$";
identifier item, page;
position p;
@@
- static ssize_t show@p(struct config_item *item, char *page) { ... }

// matches: 4
@ store_attribute @
identifier store =~ "^srpt_tpg_attrib_.*_store$";
identifier item, page, count;
position p;
@@
- static ssize_t store@p(struct config_item *item, const char *page, size_t count) { ... }

// A port gets its names from its GID, and its directories from its names.
// matches: 1
@ refresh_names @
identifier sport;
position p;
@@
  srpt_refresh_port(struct srpt_port *sport)
  {
  <...
- srpt_format_guid@p(sport->guid_name, ...);
- snprintf(sport->gid_name, ...);
+ srpt_name_port(sport);
  ...>
  }

// There is nothing to make a target portal group of.
// matches: 1
@ make_tpg @
identifier stpg;
symbol sport_id;
position p;
@@
  srpt_make_tpg(...)
  {
  	...
+ 	if (!srpt_port_is_present(sport_id))
+ 		return ERR_PTR(-ENODEV);
  	stpg = kzalloc@p(sizeof(*stpg), GFP_KERNEL);
  	...
  }

// matches: 1
@ make_acl @
identifier ops;
position p;
@@
  const struct target_core_fabric_ops ops = {
- 	.fabric_init_nodeacl = srpt_init_nodeacl@p,
+ 	.fabric_init_nodeacl = srpt_make_nodeacl,
  };

// matches: 1
@ drop_tpg_port @
identifier tpg, sport;
position p;
@@
  srpt_drop_tpg(struct se_portal_group *tpg)
  {
  	...
- 	struct srpt_port *sport = srpt_tpg_to_sport@p(tpg);
  	...
  }

// Also when its device is away: it must not come back enabled.
// matches: 1
@ drop_tpg_disable @
identifier tpg, sport;
position p;
@@
  srpt_drop_tpg(struct se_portal_group *tpg)
  {
  	...
- 	sport->enabled@p = false;
+ 	srpt_enable_tpg(tpg, false);
  	...
  }
