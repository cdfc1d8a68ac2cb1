"""Files that grid operators, markets and other tools write, as hours that a scenario can read: a declared format each, or one refusal."""
