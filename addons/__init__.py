"""The addons that ship with Dovetail. Third parties use packages of their own."""
