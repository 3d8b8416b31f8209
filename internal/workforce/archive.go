package workforce

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// person is what the archive keeps beside the account.
type person struct {
	CentreID  string     `db:"centre_id"`
	UserID    string     `db:"user_id"`
	IDNoEnc   []byte     `db:"id_no_enc"`
	IDNoBix   string     `db:"id_no_bix"`
	Education string     `db:"education"`
	JoinedOn  clock.Date `db:"joined_on"`
	Remark    string     `db:"remark"`
	Version   int64      `db:"version"`
}

// ArchiveLine is a line that another module hands in about a person, such as an award or a training.
type ArchiveLine struct {
	Day  clock.Date `json:"day"`
	Text string     `json:"text"`
	Href string     `json:"href,omitempty"`
}

// chapter is a part of the archive page that another module fills.
type chapter struct {
	title string
	lines func(ctx context.Context, user string) ([]ArchiveLine, error)
}

// TakeChapter hands in a chapter of the archive; lines gives those of a person whom the actor may see.
func (m *Module) TakeChapter(title string, lines func(ctx context.Context, user string) ([]ArchiveLine, error)) {
	m.pages = append(m.pages, chapter{title, lines})
}

// Chapter is a chapter of a person's archive.
type Chapter struct {
	Title string        `json:"title"`
	Lines []ArchiveLine `json:"lines"`
}

// Archive (人员档案) is everything about one person at the windows. The identity number is masked.
type Archive struct {
	Member
	Title     string      `json:"title,omitempty"`
	Education string      `json:"education,omitempty"`
	JoinedOn  clock.Date  `json:"joined_on,omitzero"`
	IDNo      string      `json:"id_no,omitempty"` // masked
	Remark    string      `json:"remark,omitempty"`
	Version   int64       `json:"version"`
	Postings  []Member    `json:"postings"`
	Leaves    []LeaveLine `json:"leaves"`
	Sheets    []SheetMark `json:"sheets"`
	Chapters  []Chapter   `json:"chapters,omitempty"`
}

// SheetMark is a locked sheet in an archive.
type SheetMark struct {
	Month clock.Date `json:"month"`
	Row   ScoreRow   `json:"row"`
	Files int        `json:"files"` // that prove what the sheet counted
}

// ArchiveOf gives the archive of a person.
func (m *Module) ArchiveOf(ctx context.Context, user string) (Archive, error) {
	a := actor.From(ctx)
	if err := a.Require(PermStaffRead); err != nil {
		return Archive{}, err
	}
	var out Archive
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = m.archive(tx, a, user)
		return err
	})
	for _, c := range m.pages {
		if err != nil {
			return out, err
		}
		var lines []ArchiveLine
		if lines, err = c.lines(ctx, user); len(lines) > 0 {
			out.Chapters = append(out.Chapters, Chapter{c.title, lines})
		}
	}
	return out, err
}

func (m *Module) archive(tx *store.Tx, a *actor.Actor, user string) (Archive, error) {
	list, err := postingsOf(tx, a.CentreID, user)
	if err != nil {
		return Archive{}, err
	}
	if len(list) == 0 || !org.Sees(a, PermStaffRead, list[0].Row()) {
		return Archive{}, ErrMissing.Hide()
	}
	out := Archive{Postings: make([]Member, len(list)), JoinedOn: clock.NoDate}
	for i, p := range list {
		out.Postings[i] = Member{UserID: user, Posting: p}
	}
	if err := m.nameMembers(tx, a.CentreID, out.Postings); err != nil {
		return out, err
	}
	sortPostings(out.Postings)
	out.Member = out.Postings[0]
	u, err := m.org.UserTx(tx, a.CentreID, user)
	if err != nil {
		return out, err
	}
	out.Title = u.Title
	p, err := personOf(tx, a.CentreID, user)
	if err != nil {
		return out, err
	}
	out.Education, out.JoinedOn, out.Remark, out.Version = p.Education, p.JoinedOn, p.Remark, p.Version
	if len(p.IDNoEnc) > 0 {
		no, err := m.keys.Open(p.IDNoEnc)
		if err != nil {
			return out, err
		}
		out.IDNo = crypt.MaskIDNo(no)
	}
	return out, m.archiveRecords(tx, a, &out)
}

func sortPostings(list []Member) {
	for i := range list {
		for j := i; j > 0 && list[j].Posting.From > list[j-1].Posting.From; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}

// archiveRecords adds leave and locked sheets, as far as the actor may see them.
func (m *Module) archiveRecords(tx *store.Tx, a *actor.Actor, out *Archive) error {
	row := out.Posting.Row()
	if org.Sees(a, PermAttendance, row) {
		leaves, err := store.Select[Leave](tx, "SELECT "+leaveColumns+" FROM workforce_leave WHERE centre_id = $1 AND user_id = $2 ORDER BY to_at DESC LIMIT 100", a.CentreID, out.UserID)
		if err != nil {
			return err
		}
		if out.Leaves, err = m.nameLeaves(tx, a, leaves); err != nil {
			return err
		}
	}
	if !org.Sees(a, PermSheetRead, row) {
		return nil
	}
	kept, err := store.Select[keptRow](tx, "SELECT "+store.Columns[keptRow]("")+" FROM workforce_row WHERE centre_id = $1 AND user_id = $2 ORDER BY month DESC, pos LIMIT 36", a.CentreID, out.UserID)
	if err != nil {
		return err
	}
	files, err := filesByMonth(tx, a.CentreID, out.UserID)
	if err != nil {
		return err
	}
	out.Sheets = make([]SheetMark, len(kept))
	for i := range kept {
		out.Sheets[i].Month, out.Sheets[i].Files = kept[i].Month, files[kept[i].Month]
		if out.Sheets[i].Row, err = kept[i].row(); err != nil {
			return err
		}
	}
	return nil
}

func personOf(tx *store.Tx, centre, user string) (person, error) {
	return personIn(tx, centre, user, "")
}

// personIn is personOf with what to append to the SELECT, such as the lock of a row that will change.
func personIn(tx *store.Tx, centre, user, lock string) (person, error) {
	p, err := store.Get[person](tx, "SELECT "+store.Columns[person]("")+" FROM workforce_person WHERE centre_id = $1 AND user_id = $2"+lock, centre, user)
	if errors.Is(err, store.ErrNotFound) {
		return person{CentreID: centre, UserID: user, IDNoEnc: []byte{}, JoinedOn: clock.NoDate}, nil
	}
	return p, err
}

// PersonInput is what the office writes into the archive. An empty identity number leaves the one that is there.
type PersonInput struct {
	IDNo      string     `json:"id_no,omitempty" maxLength:"20" doc:"身份证号；不填则不改"`
	Education string     `json:"education,omitempty" maxLength:"20" doc:"学历"`
	JoinedOn  clock.Date `json:"joined_on,omitzero" doc:"参加工作时间"`
	Remark    string     `json:"remark,omitempty" maxLength:"500" doc:"备注"`
}

// SavePerson writes the archive of somebody who is or was posted.
func (m *Module) SavePerson(ctx context.Context, user string, version int64, in PersonInput) error {
	a := actor.From(ctx)
	if err := a.Require(PermStaffChange); err != nil {
		return err
	}
	in.IDNo = strings.ToUpper(strings.TrimSpace(in.IDNo))
	e := atMost(ErrInput, "education", "学历", &in.Education, 20)
	e = atMost(e, "remark", "备注", &in.Remark, 500)
	if n := len(in.IDNo); n != 0 && n != 18 && n != 15 {
		e = e.Field("id_no", "身份证号应为 18 位或 15 位。")
	}
	if err := e.OrNil(); err != nil {
		return err
	}
	if in.JoinedOn == 0 {
		in.JoinedOn = clock.NoDate
	}
	sealed, bix := []byte{}, ""
	if in.IDNo != "" {
		sealed, bix = m.keys.Seal(in.IDNo), m.keys.BlindIndex(crypt.KindID, in.IDNo)
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		if list, err := postingsOf(tx, a.CentreID, user); err != nil || len(list) == 0 {
			if err == nil {
				err = ErrMissing
			}
			return err
		}
		p, err := personIn(tx, a.CentreID, user, tx.ForUpdate())
		if err == nil && p.Version != version {
			err = store.ErrStale.With("version", p.Version)
		}
		if err != nil {
			return err
		}
		fresh := p.Version == 0
		p.Education, p.JoinedOn, p.Remark, p.Version = in.Education, in.JoinedOn, in.Remark, p.Version+1
		if in.IDNo != "" {
			p.IDNoEnc, p.IDNoBix = sealed, bix
		}
		if fresh {
			err = store.Insert(tx, "workforce_person", p)
		} else {
			err = store.Update(tx, "workforce_person", p, "centre_id", "user_id")
		}
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "workforce.person_save", Permission: PermStaffChange, Kind: "workforce_person", Object: user, Detail: map[string]any{"id_no_changed": in.IDNo != ""}})
	})
}

// RevealIDNo gives the whole identity number; the reading is a line of the audit log.
func (m *Module) RevealIDNo(ctx context.Context, user string) (string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermStaffReveal); err != nil {
		return "", err
	}
	var sealed []byte
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		p, err := personOf(tx, a.CentreID, user)
		if err == nil && len(p.IDNoEnc) == 0 {
			err = ErrMissing
		}
		if err != nil {
			return err
		}
		sealed = p.IDNoEnc
		return audit.Record(tx, audit.Entry{Action: "workforce.person_reveal", Permission: PermStaffReveal, Kind: "workforce_person", Object: user})
	})
	if err != nil {
		return "", err
	}
	no, err := m.keys.Open(sealed)
	if err != nil {
		return "", fmt.Errorf("identity number: %w", err)
	}
	return no, nil
}

// Staff lists the people who are posted on a day, or were in its month, as the actor may see them.
func (m *Module) Staff(ctx context.Context, f StaffFilter) ([]Member, error) {
	a := actor.From(ctx)
	if err := a.Require(PermStaffRead); err != nil {
		return nil, err
	}
	var out []Member
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		day := tx.Now().Date()
		out, err = m.staffOf(tx, a, PermStaffRead, f, day, day)
		return err
	})
	return out, err
}
