package app_test

import (
	"strings"
	"testing"

	"yichuang/internal/app"
	"yichuang/internal/blob"
	"yichuang/internal/evidence"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

// evidenceKinds are the kinds of objects that have files, by the keys of the prey.
var evidenceKinds = map[string]string{"stuck": "complaint_matter", "complained": "complaint_matter", "finding": "site_finding", "candidate": "honour_candidate", "score": "workforce_score"}

// evidencePrey puts a file to every object of the prey that can have one.
func evidencePrey(t *testing.T, a *app.App, centre string, ids map[string]string) map[string]string {
	t.Helper()
	up, err := a.Blobs.Save(centre, strings.NewReader("%PDF-1.7\n"+secretTitle), "机密附件.pdf")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for key, kind := range evidenceKinds {
		object := ids[key]
		if kind == "complaint_matter" {
			object = matterID(t, a, centre, object)
		}
		err := a.DB.WithTx(orgtest.System(centre), func(tx *store.Tx) error {
			list, err := evidence.Add(tx, evidence.Object{CentreID: centre, Kind: kind, ID: object}, "", []blob.Upload{up})
			if err == nil {
				out[key+"_file"] = list[0].ID
			}
			return err
		})
		if err != nil {
			t.Fatal(key, err)
		}
	}
	out["chain_sheet"] = chainSheet(t, a, centre)
	return out
}

// chainSheet puts a weekly sheet of heads into a centre.
func chainSheet(t *testing.T, a *app.App, centre string) (id string) {
	t.Helper()
	err := a.DB.WithTx(orgtest.System(centre), func(tx *store.Tx) error {
		id = tx.NewID()
		err := tx.Queue("INSERT INTO attest_sheet (centre_id, id, no, since, until, digest, made_at, filed_by, filed_at) VALUES ($1, $2, $3, '2000-01-03', '2000-01-09', $4, 1, '', 0)", centre, id, secretTitle, []byte{1})
		if err == nil {
			err = tx.Queue("INSERT INTO attest_head (centre_id, sheet_id, pos, chain, label, seq, hash) VALUES ($1, $2, 1, 'audit/0', $3, 1, $4)", centre, id, secretTitle, []byte{1})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func matterID(t *testing.T, a *app.App, centre, no string) (id string) {
	t.Helper()
	err := a.DB.Read(orgtest.System(centre), func(tx *store.Tx) (err error) {
		id, err = store.Get[string](tx, "SELECT id FROM complaint_matter WHERE centre_id = $1 AND no = $2", centre, no)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// evidenceParts are the places of the prey in the patterns of routes.
var evidenceParts = []struct{ part, key string }{{"/stuck/{no}/files/{file}", "stuck_file"}, {"/complaints/{no}/files/{file}", "complained_file"}, {"/stuck-matters/{id}/files/{file}", "stuck_file"}, {"/complaints/{id}/files/{file}", "complained_file"},
	{"/site/findings/{id}/files/{file}", "finding_file"}, {"/honour/candidates/{id}/files/{file}", "candidate_file"}, {"/workforce/scores/{id}/files/{file}", "score_file"}, {"/honour/candidates/{id}", "candidate"}, {"/attest/sheets/{id}", "chain_sheet"}}
