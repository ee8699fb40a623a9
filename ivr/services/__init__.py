"""What menus may ask for, one file a subject. Services know no menus, no wording and no web: they tell."""
