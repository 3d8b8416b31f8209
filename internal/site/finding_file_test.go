package site_test

import (
	"errors"
	"strings"
	"testing"

	"yichuang/internal/blob"
	"yichuang/internal/errs"
	"yichuang/internal/evidence"
	"yichuang/internal/org"
	"yichuang/internal/site"
)

func photo(name string) []blob.Upload {
	return []blob.Upload{{SHA256: strings.Repeat("cd", 32), Name: name, MediaType: "image/jpeg", Size: 100}}
}

// A finding has photographs of before, by who visits, and of after, by its own site; another site sees none, and what is closed is frozen.
func TestPhotographsOfAFinding(t *testing.T) {
	w := newWorld(t)
	v := w.visit(t, w.here, site.Guidance, map[string]site.Result{"S2": {Mark: site.Unmet, Note: "灭火器过期"}})
	here, away, judge := w.at(t, w.here, org.RoleSiteAdmin), w.at(t, w.away, org.RoleSiteAdmin), w.as(t, org.RoleSupervisor)
	s, err := w.site.Visit(here, v.ID)
	if err != nil || len(s.Findings) != 1 {
		t.Fatal(s.Findings, err)
	}
	f := s.Findings[0]
	if _, err := w.site.AddBefore(judge, f.ID, photo("前.jpg")); err != nil {
		t.Fatal(err)
	}
	if _, err := w.site.AddBefore(here, f.ID, photo("前.jpg")); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("the site showed how it was found: %v", err)
	}
	if _, err := w.site.AddAfter(away, f.ID, photo("后.jpg")); errs.KindOf(err) != errs.NotFound {
		t.Errorf("another site added: %v", err)
	}
	if f, err = w.site.Rectify(here, f.ID, f.Version, "已更换灭火器", "照片"); err != nil {
		t.Fatal(err)
	}
	list, err := w.site.AddAfter(here, f.ID, photo("后.jpg"))
	if err != nil || len(list) != 2 || list[0].Part != site.PartBefore || list[1].Part != site.PartAfter {
		t.Fatal(list, err)
	}
	if s, err = w.site.Visit(judge, v.ID); err != nil || len(s.Findings[0].Files) != 2 {
		t.Errorf("%+v, %v", s.Findings, err)
	}
	if _, err := w.site.OpenFile(here, f.ID, list[0].ID); err != nil {
		t.Error(err)
	}
	if _, err := w.site.OpenFile(away, f.ID, list[0].ID); errs.KindOf(err) != errs.NotFound {
		t.Errorf("another site opened a photograph: %v", err)
	}
	if _, err = w.site.Recheck(judge, f.ID, f.Version, true, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.site.AddAfter(here, f.ID, photo("晚.jpg")); !errors.Is(err, evidence.ErrFrozen) {
		t.Errorf("added to a closed finding: %v", err)
	}
}
