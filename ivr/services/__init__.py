"""What menus may ask for, one file a subject. Services know no menus, no prompts and no web; they answer Told."""
