// RoutingKit's static contraction hierarchy, and its customizable one as C++ callers use it, behind plain functions.
// Built by benchmarks/static.py against the sources of RoutingKit; one thread.

#include <routingkit/contraction_hierarchy.h>
#include <routingkit/customizable_contraction_hierarchy.h>

#include <cstdint>
#include <vector>

using namespace RoutingKit;

namespace {

using Ids = std::vector<unsigned>;

Ids ids(const int32_t* from, int64_t count) { return Ids(from, from + count); }

struct Static {
    ContractionHierarchy hierarchy;
    ContractionHierarchyQuery query, pinned_sources, pinned_targets;
};

struct Customizable {
    Ids times;
    CustomizableContractionHierarchy hierarchy;
    CustomizableContractionHierarchyMetric metric;
};

}  // namespace

extern "C" {

Static* ch_build(int32_t nodes, int64_t arcs, const int32_t* tail, const int32_t* head, const int32_t* times) {
    auto made = new Static;
    made->hierarchy = ContractionHierarchy::build(nodes, ids(tail, arcs), ids(head, arcs), ids(times, arcs));
    made->query.reset(made->hierarchy);
    return made;
}

void ch_free(Static* s) { delete s; }

void ch_pairs(Static* s, int64_t count, const int32_t* from, const int32_t* to, int32_t* out) {
    for (int64_t i = 0; i < count; ++i)
        out[i] = s->query.reset().add_source(from[i]).add_target(to[i]).run().get_distance();
}

void ch_pin(Static* s, int64_t count, const int32_t* nodes) {
    s->pinned_sources.reset(s->hierarchy).pin_sources(ids(nodes, count));
    s->pinned_targets.reset(s->hierarchy).pin_targets(ids(nodes, count));
}

// A row for each end: times from the pinned nodes to it.
void ch_from_pinned(Static* s, int64_t count, const int32_t* ends, int64_t pinned, int32_t* out) {
    for (int64_t i = 0; i < count; ++i)
        s->pinned_sources.reset_target().add_target(ends[i]).run_to_pinned_sources().get_distances_to_sources(
            reinterpret_cast<unsigned*>(out + i * pinned));
}

// A row for each start: times from it to the pinned nodes.
void ch_to_pinned(Static* s, int64_t count, const int32_t* starts, int64_t pinned, int32_t* out) {
    for (int64_t i = 0; i < count; ++i)
        s->pinned_targets.reset_source().add_source(starts[i]).run_to_pinned_targets().get_distances_to_targets(
            reinterpret_cast<unsigned*>(out + i * pinned));
}

void ch_table(Static* s, int64_t starts, const int32_t* from, int64_t ends, const int32_t* to, int32_t* out) {
    s->query.reset().pin_targets(ids(to, ends));
    for (int64_t i = 0; i < starts; ++i)
        s->query.reset_source().add_source(from[i]).run_to_pinned_targets().get_distances_to_targets(
            reinterpret_cast<unsigned*>(out + i * ends));
}

Customizable* cch_build(int32_t nodes, int64_t arcs, const int32_t* tail, const int32_t* head, const int32_t* times,
                        const int32_t* order) {
    auto made = new Customizable;
    made->times = ids(times, arcs);
    made->hierarchy = CustomizableContractionHierarchy(ids(order, nodes), ids(tail, arcs), ids(head, arcs));
    made->metric.reset(made->hierarchy, made->times);
    return made;
}

void cch_free(Customizable* c) { delete c; }

void cch_customise(Customizable* c) { c->metric.reset(c->times).customize(); }

void cch_perfect(Customizable* c) {
    c->metric.reset(c->times).build_contraction_hierarchy_using_perfect_witness_search();
}

void cch_pairs(Customizable* c, int64_t count, const int32_t* from, const int32_t* to, int32_t* out) {
    CustomizableContractionHierarchyQuery query(c->metric);
    for (int64_t i = 0; i < count; ++i)
        out[i] = query.reset().add_source(from[i]).add_target(to[i]).run().get_distance();
}

void cch_table(Customizable* c, int64_t starts, const int32_t* from, int64_t ends, const int32_t* to, int32_t* out) {
    CustomizableContractionHierarchyQuery query(c->metric);
    query.pin_targets(ids(to, ends));
    for (int64_t i = 0; i < starts; ++i)
        query.reset_source().add_source(from[i]).run_to_pinned_targets().get_distances_to_targets(
            reinterpret_cast<unsigned*>(out + i * ends));
}

}
