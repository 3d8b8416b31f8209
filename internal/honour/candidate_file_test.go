package honour_test

import (
	"errors"
	"strings"
	"testing"

	"yichuang/internal/blob"
	"yichuang/internal/errs"
	"yichuang/internal/evidence"
	"yichuang/internal/honour"
	"yichuang/internal/org"
)

func paper(name string) []blob.Upload {
	return []blob.Upload{{SHA256: strings.Repeat("ef", 32), Name: name, MediaType: "application/pdf", Size: 100}}
}

// Whoever nominated adds what proves the deeds, whoever scores what proves a veto; staff read the first and not the second; from the publicity
// on nothing is added.
func TestFilesOfACandidate(t *testing.T) {
	w := newWorld(t)
	r, office := w.round(t, 1)
	chief, other, judge, star := w.person(t, org.RoleChiefRep), w.person(t, org.RoleChiefRep), w.person(t, org.RoleSupervisor), w.person(t, org.RoleWindow)
	c := must[honour.Candidate](t)(w.honour.Nominate(chief.Ctx, r.ID, honour.NominateInput{UserID: star.ID, Reason: "全年办件零差错"}))
	files := must[[]evidence.File](t)
	files(w.honour.AddDeedFiles(chief.Ctx, c.ID, paper("事迹.pdf")))
	if _, err := w.honour.AddDeedFiles(other.Ctx, c.ID, paper("别人的.pdf")); errs.KindOf(err) != errs.NotFound {
		t.Errorf("somebody else added to the nomination: %v", err)
	}
	all := files(w.honour.AddVetoFiles(judge.Ctx, c.ID, paper("认定书.pdf")))
	if len(all) != 2 {
		t.Fatal(all)
	}
	seen := must[honour.Sheet](t)(w.honour.Round(star.Ctx, r.ID)).Candidates[0].Files
	if len(seen) != 1 || seen[0].Name != "事迹.pdf" {
		t.Errorf("staff see %+v", seen)
	}
	if _, err := w.honour.OpenFile(star.Ctx, c.ID, seen[0].ID); err != nil {
		t.Error(err)
	}
	if _, err := w.honour.OpenFile(star.Ctx, c.ID, all[1].ID); errs.KindOf(err) != errs.NotFound {
		t.Errorf("the candidate opened what speaks against him: %v", err)
	}
	if _, err := w.honour.OpenFile(judge.Ctx, c.ID, all[1].ID); err != nil {
		t.Error(err)
	}
	b := must[honour.Bulletin](t)(w.honour.Bulletin(star.Ctx))
	for _, s := range append(b.Voting, b.Publicity...) {
		for _, x := range s.Candidates {
			if len(x.Files) != 0 {
				t.Error("the public sees files")
			}
		}
	}
	r = must[honour.Round](t)(w.honour.Advance(office.Ctx, r.ID, r.Version))
	must[honour.Candidate](t)(w.honour.Score(judge.Ctx, r.ID, c.ID, 0, map[string]int64{"window": 9000, "person": 9000}))
	r = must[honour.Round](t)(w.honour.Advance(office.Ctx, r.ID, r.Version))
	must[honour.Round](t)(w.honour.Advance(office.Ctx, r.ID, r.Version))
	if _, err := w.honour.AddDeedFiles(chief.Ctx, c.ID, paper("晚.pdf")); !errors.Is(err, evidence.ErrFrozen) {
		t.Errorf("added after the vote: %v", err)
	}
}
