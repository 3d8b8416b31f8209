package hallmetric

// outsideDefinitions are the measures over facts that other modules of the hall keep.
func outsideDefinitions() []definition { return ratings() }
