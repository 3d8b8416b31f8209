package workforce

import (
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Member (窗口人员) is a person with the posting that lists show.
type Member struct {
	UserID  string  `json:"user_id"`
	Name    string  `json:"name"`
	Unit    string  `json:"unit"`
	Post    string  `json:"post"`
	Kind    string  `json:"post_kind"`
	Posting Posting `json:"posting"`
}

// StaffFilter chooses people; empty fields do not restrict.
type StaffFilter struct {
	UnitID string
	SiteID string
	UserID string
}

// maxStaff bounds how many people one list holds; a centre has some hundred at its windows.
const maxStaff = 2000

// staffOf lists the people with a posting in the days [from, to] whom the actor may see, by unit and name. Who had two
// postings is listed with the later one.
func (m *Module) staffOf(tx *store.Tx, a *actor.Actor, perm actor.Permission, f StaffFilter, from, to clock.Date) ([]Member, error) {
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	cond, args := org.Filter(a, perm, org.Columns{Centre: "centre_id", Unit: "unit_id", Site: "site_id", Owner: "user_id"})
	w.And(cond, args...).And("from_day <= ?", to).And("(to_day = '' OR to_day >= ?)", from)
	for _, c := range []struct{ column, value string }{{"unit_id", f.UnitID}, {"site_id", f.SiteID}, {"user_id", f.UserID}} {
		if c.value != "" {
			w.And(c.column+" = ?", c.value)
		}
	}
	list, err := store.Select[Posting](tx, "SELECT "+postingColumns+" FROM workforce_posting"+w.SQL()+" ORDER BY from_day DESC, id LIMIT 4000", w.Args...)
	if err != nil {
		return nil, err
	}
	var out []Member
	seen := map[string]bool{}
	for _, p := range list {
		if !seen[p.UserID] && len(out) < maxStaff {
			seen[p.UserID] = true
			out = append(out, Member{UserID: p.UserID, Posting: p})
		}
	}
	return out, m.nameMembers(tx, a.CentreID, out)
}

// nameMembers fills in names of people, units and posts, and sorts by them.
func (m *Module) nameMembers(tx *store.Tx, centre string, list []Member) error {
	var users, units []string
	for _, x := range list {
		users, units = append(users, x.UserID), append(units, x.Posting.UnitID)
	}
	if len(list) == 0 {
		return nil
	}
	names, err := m.org.UserNamesTx(tx, centre, users)
	if err != nil {
		return err
	}
	unitNames, err := m.org.UnitsTx(tx, centre, units)
	if err != nil {
		return err
	}
	posts, err := store.Select[Post](tx, "SELECT "+store.Columns[Post]("")+" FROM workforce_post WHERE centre_id = $1", centre)
	if err != nil {
		return err
	}
	byID := map[string]Post{}
	for _, p := range posts {
		byID[p.ID] = p
	}
	for i := range list {
		x := &list[i]
		u := unitNames[x.Posting.UnitID]
		x.Name, x.Unit, x.Post, x.Kind = names[x.UserID], u.Short(), byID[x.Posting.PostID].Name, string(byID[x.Posting.PostID].Kind)
	}
	slices.SortFunc(list, func(a, b Member) int {
		if c := strings.Compare(a.Unit, b.Unit); c != 0 {
			return c
		}
		if a.Posting.Chief != b.Posting.Chief {
			if a.Posting.Chief {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name+a.UserID, b.Name+b.UserID)
	})
	return nil
}
