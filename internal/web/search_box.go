package web

import "yichuang/internal/actor"

// SearchBox is the field in the bar above every staff page, for those who hold Permission. It sends its text as "q" to
// Action.
type SearchBox struct {
	Action      string
	Placeholder string
	Permission  actor.Permission
}

// Search puts the box into the bar. A second call replaces the first.
func (k *Kit) Search(b SearchBox) { k.search = b }

// searchBox gives the actor's box; an empty one where there is none or the actor may not use it.
func (v *view) searchBox() SearchBox {
	if v.kit == nil || v.kit.search.Action == "" || Allow(v.actor, v.kit.search.Permission) != nil {
		return SearchBox{}
	}
	return v.kit.search
}

// typed is the text that was searched for, where the page is the result.
func (b SearchBox) typed(v *view) string {
	if v.url.Path != b.Action {
		return ""
	}
	return queryValue(v.url, "q")
}
