package advice

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/learn"
	"yichuang/internal/store"
)

// Kinds of model (建议模型): what they suggest.
const (
	ModelCategory = "category" // 事项分类, from the text
	ModelUnit     = "unit"     // 承办单位, from the text, the category and the area
)

// ModelKinds lists the kinds of model.
var ModelKinds = []string{ModelCategory, ModelUnit}

// ModelKindLabel is the Chinese name of a kind of model.
func ModelKindLabel(kind string) string {
	return map[string]string{ModelCategory: "事项分类", ModelUnit: "承办单位"}[kind]
}

// States of a version of a model.
const (
	ModelQueued   = "queued"   // 等待训练
	ModelTraining = "training" // 训练中
	ModelReady    = "ready"    // 可用
	ModelFailed   = "failed"   // 训练失败
)

// ModelVersion (模型版本) is one training of a model with what it was made of and how it did on what was held back.
type ModelVersion struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	Kind     string        `db:"kind" json:"kind"`
	State    string        `db:"state" json:"state"`
	Active   bool          `db:"active" json:"active"`
	Hash     string        `db:"hash" json:"hash,omitempty"`
	Seed     int64         `db:"seed" json:"seed"`
	Examples int           `db:"examples" json:"examples"`
	Labels   int           `db:"labels" json:"labels"`
	Features int           `db:"features" json:"features"`
	Words    int           `db:"words" json:"words"`
	Since    clock.Instant `db:"since" json:"since,omitzero"` // the oldest order that it learned from was closed
	Until    clock.Instant `db:"until" json:"until,omitzero"` // and the newest
	Figures  string        `db:"figures" json:"-"`            // learn.Measure as JSON
	Problem  string        `db:"problem" json:"problem,omitempty"`
	Tries    int           `db:"tries" json:"-"`
	Lease    clock.Instant `db:"lease_until" json:"-"`
	AskedAt  clock.Instant `db:"asked_at" json:"asked_at"`
	AskedBy  string        `db:"asked_by" json:"asked_by,omitempty"`
	ReadyAt  clock.Instant `db:"ready_at" json:"ready_at,omitzero"`
}

// Measure gives the figures of the version on the texts that were held back while it was trained.
func (v *ModelVersion) Measure() learn.Measure {
	var m learn.Measure
	_ = json.Unmarshal([]byte(v.Figures), &m) // written by finishTraining; none before that
	return m
}

// ModelRow is a version as the page of models shows it, with what became of its suggestions.
type ModelRow struct {
	ModelVersion
	HeldBack   learn.Measure `json:"held_back"`
	ByName     string        `json:"by_name,omitempty"`
	First      int64         `json:"first"`      // 采纳首选
	Listed     int64         `json:"listed"`     // 采纳其他候选
	Overridden int64         `json:"overridden"` // 改选
}

// Errors of models.
var (
	ErrModelKind    = errs.New(errs.Invalid, "hotline.model_kind", "请选择要训练的模型：事项分类或承办单位。")
	ErrModelBusy    = errs.New(errs.Conflict, "hotline.model_busy", "这个模型正在训练。请等它完成，一般不到一分钟。")
	ErrModelMissing = errs.New(errs.NotFound, "hotline.model_missing", "没有这个模型版本，或它还不能启用。请刷新后再看。")
)

// modelsShown is how many versions the page lists.
const modelsShown = 100

var modelColumns = store.Columns[ModelVersion]("")

// Models lists the versions of the centre's models, the newest first.
func (m *Module) Models(ctx context.Context) ([]ModelRow, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermRuleRead); err != nil {
		return nil, err
	}
	var out []ModelRow
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := store.Select[ModelVersion](tx, "SELECT "+modelColumns+" FROM hotline_model WHERE centre_id = $1 ORDER BY id DESC LIMIT $2", a.CentreID, modelsShown)
		if err != nil {
			return err
		}
		who := make([]string, len(list))
		for i, v := range list {
			who[i] = v.AskedBy
		}
		names, err := m.org.UserNamesTx(tx, a.CentreID, who)
		if err != nil {
			return err
		}
		counts, err := adviceCounts(tx, a.CentreID)
		out = make([]ModelRow, len(list))
		for i, v := range list {
			n := counts[v.ID]
			out[i] = ModelRow{ModelVersion: v, HeldBack: v.Measure(), ByName: names[v.AskedBy], First: n[AdviceFirst], Listed: n[AdviceListed], Overridden: n[AdviceOverridden]}
		}
		return err
	})
	return out, err
}

// ActivateModel makes a version the one in use (启用); the version before it stays and can be chosen again.
func (m *Module) ActivateModel(ctx context.Context, id string) (ModelVersion, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermModel); err != nil {
		return ModelVersion{}, err
	}
	var v ModelVersion
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		v, err = store.Get[ModelVersion](tx, "SELECT "+modelColumns+" FROM hotline_model WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, id)
		if errors.Is(err, store.ErrNotFound) || err == nil && v.State != ModelReady {
			return ErrModelMissing
		}
		if err != nil {
			return err
		}
		has, err := store.Select[int64](tx, "SELECT part FROM hotline_model_part WHERE centre_id = $1 AND model_id = $2 LIMIT 1", a.CentreID, id)
		if err != nil {
			return err
		}
		if len(has) == 0 {
			return ErrModelMissing.Say("这个版本的模型文件已按保留份数清理，只留下检验数据，不能再启用。请重新训练。")
		}
		if err := activate(tx, &v); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.model_activate", Permission: hotline.PermModel, Kind: "model", Object: id, Detail: map[string]any{"kind": v.Kind, "hash": v.Hash}})
	})
	return v, err
}

// activate puts a version in the place of the one in use.
func activate(tx *store.Tx, v *ModelVersion) error {
	if _, err := tx.Exec("UPDATE hotline_model SET active = FALSE WHERE centre_id = $1 AND kind = $2 AND active", v.CentreID, v.Kind); err != nil {
		return err
	}
	v.Active = true
	_, err := tx.Exec("UPDATE hotline_model SET active = TRUE WHERE centre_id = $1 AND id = $2", v.CentreID, v.ID)
	return err
}

// modelShelf keeps the models in use in memory. What it holds is a copy of rows that never change, found by their id, so
// every node may keep its own.
type modelShelf struct {
	mu   sync.Mutex
	held map[string]*shelved // by centre and kind
}

type shelved struct {
	id    string
	model *learn.Model
}

// inUse gives the version in use of each kind of model, the loaded model with its id; kinds without one are missing.
func (m *Module) inUse(tx *store.Tx, centre string) (map[string]*shelved, error) {
	type row struct {
		ID   string `db:"id"`
		Kind string `db:"kind"`
	}
	rows, err := store.Select[row](tx, "SELECT id, kind FROM hotline_model WHERE centre_id = $1 AND active", centre)
	if err != nil {
		return nil, err
	}
	out := map[string]*shelved{}
	m.shelf.mu.Lock()
	defer m.shelf.mu.Unlock()
	for _, r := range rows {
		key := centre + "/" + r.Kind
		if s := m.shelf.held[key]; s == nil || s.id != r.ID {
			model, err := loadModel(tx, centre, r.ID)
			if err != nil {
				return nil, err
			}
			m.shelf.held[key] = &shelved{r.ID, model}
		}
		out[r.Kind] = m.shelf.held[key]
	}
	return out, nil
}

// partSize is how much of a model's file one row holds.
const partSize = 1 << 20

func loadModel(tx *store.Tx, centre, id string) (*learn.Model, error) {
	parts, err := store.Select[[]byte](tx, "SELECT content FROM hotline_model_part WHERE centre_id = $1 AND model_id = $2 ORDER BY part", centre, id)
	if err != nil {
		return nil, err
	}
	readers := make([]io.Reader, len(parts))
	for i, p := range parts {
		readers[i] = bytes.NewReader(p)
	}
	return learn.Read(io.MultiReader(readers...))
}

func saveModel(tx *store.Tx, centre, id string, file []byte) error {
	for part := 0; len(file) > 0; part++ {
		n := min(len(file), partSize)
		if _, err := tx.Exec("INSERT INTO hotline_model_part (centre_id, model_id, part, content) VALUES ($1, $2, $3, $4)", centre, id, part, file[:n]); err != nil {
			return err
		}
		file = file[n:]
	}
	return nil
}
