"""The rules that turn a mean into a closed form, one file each; `theory.rules.catalogue` lists them in order."""
