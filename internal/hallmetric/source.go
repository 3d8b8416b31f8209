package hallmetric

// outsideDefinitions are the measures over what other modules of the hall keep.
func outsideDefinitions() []definition { return append(ratings(), others()...) }
