// Package hallmetrichttp is the pages of package hallmetric and its part of the API: the leader's page of the hall, all
// measures with what they are made of, the records behind each, the published months with the public page and the screen.
package hallmetrichttp

import (
	"yichuang/internal/hallmetric"
	"yichuang/internal/org"
)

// Deps are what the pages work with.
type Deps struct {
	Metrics *hallmetric.Module
	Org     *org.Module
}
