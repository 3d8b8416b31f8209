package hallhttp

import (
	"context"
	"net/http"

	"yichuang/internal/hall"
	"yichuang/internal/rest"
)

// OfSite addresses a site.
type OfSite struct {
	Site string `path:"site" maxLength:"64" doc:"站点"`
}

func registerConfiguring(k *rest.Kit, m *hall.Module) {
	rest.Register(k, op(http.MethodGet, "/hall/setup/{site}", "一个大厅的排队设置"), hall.PermConfigure, func(ctx context.Context, in *struct{ OfSite }) (*rest.Versioned[hall.Setup], error) {
		s, err := m.Setup(ctx, in.Site)
		return rest.WithVersion(s, s.Hall.Version), err
	})
	rest.Register(k, op(http.MethodPut, "/hall/setup/{site}/rules", "开通叫号，或修改排队规则"), hall.PermConfigure, func(ctx context.Context, in *struct {
		OfSite
		rest.IfMatch
		Body hall.Rules
	}) (*rest.Versioned[hall.Hall], error) {
		version, err := in.Version() // without one: to open
		if err != nil {
			return nil, err
		}
		h, err := m.SaveHall(ctx, in.Site, version, in.Body)
		return rest.WithVersion(h, h.Version), err
	})
	configure(k, "queues", "队列", m.SaveQueue, func(q hall.Queue) (string, int64) { return q.ID, q.Version })
	configure(k, "counters", "窗口", m.SaveCounter, func(c hall.Counter) (string, int64) { return c.ID, c.Version })
	configure(k, "devices", "终端", m.SaveDevice, func(d hall.Device) (string, int64) { return d.ID, d.Version })
}

// configure registers making and changing one kind of thing of a site.
func configure[In, Out any](k *rest.Kit, path, name string, save func(ctx context.Context, site, id string, version int64, in In) (Out, error), of func(Out) (string, int64)) {
	create := op(http.MethodPost, "/hall/setup/{site}/"+path, "新建"+name)
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, hall.PermConfigure, func(ctx context.Context, in *struct {
		OfSite
		Body In
	}) (*rest.Created[Out], error) {
		v, err := save(ctx, in.Site, "", 0, in.Body)
		if err != nil {
			return nil, err
		}
		id, version := of(v)
		return rest.Made(v, "/hall/setup/"+in.Site+"/"+path+"/"+id, version), nil
	})
	rest.Register(k, op(http.MethodPut, "/hall/setup/{site}/"+path+"/{id}", "修改"+name), hall.PermConfigure, func(ctx context.Context, in *struct {
		OfSite
		rest.ID
		rest.IfMatch
		Body In
	}) (*rest.Versioned[Out], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		v, err := save(ctx, in.Site, in.ID.ID, version, in.Body)
		_, version = of(v)
		return rest.WithVersion(v, version), err
	})
}
