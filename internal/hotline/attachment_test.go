package hotline_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// saved puts a file into the attachment store, as a page does before its use case.
func saved(t *testing.T, w *hotlinetest.World, name, content string) blob.Upload {
	t.Helper()
	up, err := w.Blobs.Save(w.Centre, strings.NewReader(content), name)
	if err != nil {
		t.Fatal(err)
	}
	return up
}

func picture(t *testing.T, w *hotlinetest.World, name string) []blob.Upload {
	t.Helper()
	return []blob.Upload{saved(t, w, name, "\x89PNG\r\n\x1a\n"+name)}
}

// sees gives the names of the attachments that an actor finds at a ticket.
func sees(t *testing.T, w *hotlinetest.World, ctx context.Context, o hotline.Ticket) []string {
	t.Helper()
	d, err := w.Hotline.Find(ctx, o.No)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, f := range d.Attachments {
		names = append(names, f.Name)
	}
	return names
}

func fieldOf(err error) string {
	e := errs.As(err)
	if err == nil || len(e.Fields) != 1 {
		return ""
	}
	return e.Fields[0].Name
}

func TestAttachmentsFromRegistrationToReply(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.MoveTo(t, w.Ticket(t, hotline.Draft, func(in *hotline.RegisterInput) { in.Files = picture(t, w, "漏水.png") }), hotline.Handling)
		liaison, head := w.In(t, w.Unit.ID, org.RoleLiaison), w.In(t, w.Unit.ID, org.RoleUnitHead)
		cmd := hotlinetest.Command(o)
		cmd.Files = picture(t, w, "维修中.png")
		if _, err := w.Hotline.Propose(liaison, cmd, w.Reply()); err != nil {
			t.Fatal(err)
		}
		cmd.Files = picture(t, w, "修好了.png")
		if _, err := w.Hotline.Submit(head, cmd, w.Reply()); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Hotline.AddAttachments(w.As(t, org.RoleReviewer), hotlinetest.Command(o), hotline.Internal, picture(t, w, "核查.png")); err != nil {
			t.Fatal(err)
		}
		d := w.Get(t, o.ID)
		want := []string{"citizen 漏水.png", "evidence 维修中.png", "evidence 修好了.png", "internal 核查.png"}
		for i, f := range d.Attachments {
			leg := hotline.LegID("")
			if f.Kind == hotline.Evidence {
				leg = d.Legs[0].ID
			}
			if i >= len(want) || string(f.Kind)+" "+f.Name != want[i] || f.LegID != leg || f.MediaType != "image/png" || f.ByUser == "" {
				t.Errorf("attachment %d: %+v", i, f)
			}
		}
		if len(d.Attachments) != len(want) {
			t.Fatalf("%d attachments", len(d.Attachments))
		}
		b, err := w.Hotline.OpenAttachment(liaison, o.No, d.Attachments[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		f, err := w.Blobs.Open(b)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if content, err := io.ReadAll(f); err != nil || string(content) != "\x89PNG\r\n\x1a\n漏水.png" {
			t.Errorf("content %q, %v", content, err)
		}
		last := d.Events[len(d.Events)-1]
		if last.Action != hotline.ActAttach || !strings.Contains(last.Data, `"files":1`) || strings.Contains(last.Data, "核查") {
			t.Errorf("last event %+v", last)
		}
		if !strings.Contains(d.Events[0].Data, b.SHA256) {
			t.Errorf("the registration does not vouch for the file: %s", d.Events[0].Data)
		}
		checkChains(t, w)
	})
}

func TestRepeatedUploadHasOneEffect(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.Ticket(t, hotline.Triage)
		agent := w.As(t, org.RoleAgent)
		cmd := hotlinetest.Command(o)
		cmd.Key = "k1"
		for range 2 {
			if _, err := w.Hotline.AddAttachments(agent, cmd, hotline.FromCitizen, picture(t, w, "甲.png")); err != nil {
				t.Fatal(err)
			}
		}
		if got := sees(t, w, agent, o); len(got) != 1 {
			t.Errorf("attachments %v", got)
		}
		if _, err := w.Hotline.AddAttachments(agent, cmd, hotline.FromCitizen, picture(t, w, "乙.png")); errs.CodeOf(err) != "once.reused" {
			t.Errorf("another file under the same key: %v", err)
		}
	})
}

func TestRefusedAttachments(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.Ticket(t, hotline.Dispatched)
		draft := w.Ticket(t, hotline.Triage)
		agent, liaison, stranger := w.As(t, org.RoleAgent), w.In(t, w.Unit.ID, org.RoleLiaison), w.In(t, w.Other.ID, org.RoleLiaison)
		one := picture(t, w, "a.png")
		large := slices.Repeat([]blob.Upload{{Name: "b.png", Size: 15 << 20}}, 3)
		add := func(ctx context.Context, o hotline.Ticket, kind hotline.AttachmentKind, files []blob.Upload) error {
			_, err := w.Hotline.AddAttachments(ctx, hotlinetest.Command(o), kind, files)
			return err
		}
		for what, c := range map[string]struct {
			err   error
			field string
		}{
			"no file":                   {add(agent, o, hotline.Internal, nil), "files"},
			"ten files":                 {add(agent, o, hotline.Internal, slices.Repeat(one, 10)), "files"},
			"more than 40 MB":           {add(agent, o, hotline.Internal, large), "files"},
			"no such kind":              {add(agent, o, "x", one), "kind"},
			"a unit's internal":         {add(liaison, o, hotline.Internal, one), "kind"},
			"a unit's as the citizen's": {add(liaison, o, hotline.FromCitizen, one), "kind"},
			"evidence before dispatch":  {add(agent, draft, hotline.Evidence, one), "kind"},
		} {
			if errs.CodeOf(c.err) != "hotline.input" || fieldOf(c.err) != c.field {
				t.Errorf("%s: %v", what, c.err)
			}
		}
		if err := add(stranger, o, hotline.Evidence, one); !errors.Is(err, hotline.ErrNotFound) {
			t.Errorf("another unit: %v", err)
		}
		if err := add(w.As(t, org.RoleLeader), o, hotline.Internal, one); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("without the permission: %v", err)
		}
		if err := add(agent, w.Ticket(t, hotline.Archived), hotline.Internal, one); !errors.Is(err, hotline.ErrArchived) {
			t.Errorf("after the archive: %v", err)
		}
		if got := w.Get(t, o.ID); len(got.Attachments) != 0 || got.Version != o.Version {
			t.Errorf("the ticket changed: %+v", got.Attachments)
		}
	})
}

func TestWhoSeesAttachments(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.MoveTo(t, w.Ticket(t, hotline.Draft, func(in *hotline.RegisterInput) {
			in.Confidential, in.Files = hotline.ConfidentialAll, picture(t, w, "举报材料.png")
		}), hotline.Handling)
		liaison, agent := w.In(t, w.Unit.ID, org.RoleLiaison), w.As(t, org.RoleAgent)
		if _, err := w.Hotline.AddAttachments(liaison, hotlinetest.Command(o), hotline.Evidence, picture(t, w, "核实.png")); err != nil {
			t.Fatal(err)
		}
		if got := sees(t, w, agent, o); len(got) != 2 {
			t.Errorf("the office sees %v", got)
		}
		if got := sees(t, w, liaison, o); !slices.Equal(got, []string{"核实.png"}) {
			t.Errorf("the unit sees %v", got)
		}
		d := w.Get(t, o.ID)
		citizen, evidence := d.Attachments[0].ID, d.Attachments[1].ID
		open := func(ctx context.Context, ticket, id string) error {
			_, err := w.Hotline.OpenAttachment(ctx, ticket, id)
			return err
		}
		for what, err := range map[string]error{
			"the unit, the citizen's":  open(liaison, string(o.ID), citizen),
			"no such attachment":       open(agent, string(o.ID), "0000000000000"),
			"through another ticket":   open(agent, string(w.Ticket(t, hotline.Draft).ID), evidence),
			"another unit":             open(w.In(t, w.Other.ID, org.RoleUnitHead), string(o.ID), evidence),
			"another centre's program": open(actor.With(context.Background(), actor.SystemFor(w.AddCentre(t, "622923"))), string(o.ID), evidence),
		} {
			if errs.KindOf(err) != errs.NotFound {
				t.Errorf("%s: %v", what, err)
			}
		}
		for _, ctx := range []context.Context{agent, liaison} {
			if err := open(ctx, o.No, evidence); err != nil {
				t.Error(err)
			}
		}
		if n := openings(t, w, o); n != 2 {
			t.Errorf("%d openings of a confidential ticket's attachments are in the audit log", n)
		}
		checkChains(t, w)
	})
}

// openings counts the audit lines of opened attachments of a ticket.
func openings(t *testing.T, w *hotlinetest.World, o hotline.Ticket) (n int) {
	t.Helper()
	err := w.DB.Read(w.System(), func(tx *store.Tx) error {
		lines, err := audit.List(tx, w.Centre, audit.Filter{Object: string(o.ID), Limit: 100})
		for _, l := range lines {
			if l.Action == "hotline.open_file" {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
