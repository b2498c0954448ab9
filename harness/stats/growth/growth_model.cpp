#include "harness/stats/growth/growth_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <Eigen/Cholesky>

#include "harness/stats/growth/noise_filter.h"
#include "harness/stats/growth/robust.h"

namespace leakrig::stats {

namespace {

constexpr double kShortestCorrelation = 0.3;  ///< in gaps between readings
constexpr double kCorrelationStep = 1.42;
constexpr double kLongestCorrelation = 0.34;  ///< of the run
constexpr double kShortMemory = -0.7;         ///< prior of a correlation time, as a power of it
constexpr double kNegligible = 1e-6;          ///< of the likeliest explanation's weight
constexpr int kHarmonics = 6;        ///< of a cycle: what moves the rate is in the lowest; more are slow
constexpr double kTurn = 6.283185307179586;
constexpr double kUnusual = 0.02;   ///< a warm-up that falls, a ramp that falls before it rises
constexpr double kLateShare = 0.3;  ///< of the start level: what a pool or a heap still fills by when a run ends
constexpr int kRoundsOfVariance = 8;     ///< at most; a round more changes little
constexpr double kSettled = 0.03;         ///< of the variance: a round that changes it by less is the last
constexpr double kCollinear = 1e-9;
constexpr double kLeastVariance =
    1e-10;  ///< of noise: no reading is that exact, and an exact fit must not have infinite weight

double sum_of_squares(const std::vector<double>& column) {
  return std::inner_product(column.begin(), column.end(), column.begin(), 0.0);
}

double log_sum(const std::vector<double>& logs) {
  const double top = *std::max_element(logs.begin(), logs.end());
  return top + std::log(std::accumulate(logs.begin(), logs.end(), 0.0,
                                        [&](double sum, double x) { return sum + std::exp(x - top); }));
}

}  // namespace

GrowthModel::GrowthModel(ModelData data, double likely_walk, double least_rate, double share_of_run)
    : data_(std::move(data)), least_rate_(least_rate) {
  shapes_ = candidate_shapes(data_.times, data_.plain, share_of_run);
  build_columns();
  estimate_noise_scale();
  sift(likely_walk);
}

void GrowthModel::build_columns() {
  const std::size_t n = data_.times.size();
  const auto [low, high] = std::minmax_element(data_.plain.begin(), data_.plain.end());
  range_ = std::max(*high - *low, 1e-12);
  base_columns_.push_back(data_.times);
  base_columns_.emplace_back(n, 1.0);
  if (data_.period) add_harmonics();
  for (std::vector<double>& load : data_.load) {
    if (!(sum_of_squares(load) > 0)) continue;
    has_load_ = true;
    base_columns_.push_back(std::move(load));
  }
  for (const Shape& shape : shapes_) {
    std::vector<double> column;
    if (shape.kind != ShapeKind::none) {
      column = shape_column(shape, data_.times);
    }
    shape_columns_.push_back(std::move(column));
  }
  all_columns_ = columns_of(told_of(all_shapes()));
}

void GrowthModel::add_harmonics() {
  const int harmonics = std::min(kHarmonics, (data_.bins - 1) / 2);
  for (int h = 1; h <= harmonics; ++h) {
    std::vector<double> cosine;
    std::vector<double> sine;
    for (const double t : data_.times) {
      const double angle = kTurn * h * t / *data_.period;
      cosine.push_back(std::cos(angle));
      sine.push_back(std::sin(angle));
    }
    base_columns_.push_back(std::move(cosine));
    base_columns_.push_back(std::move(sine));
  }
  lost_freedom_ = std::max(0, data_.bins - 1 - 2 * harmonics);
}

std::vector<std::size_t> GrowthModel::all_shapes() const {
  std::vector<std::size_t> all(shapes_.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

std::vector<std::size_t> GrowthModel::told_of(const std::vector<std::size_t>& shapes) const {
  std::vector<std::size_t> told;
  std::copy_if(shapes.begin(), shapes.end(), std::back_inserter(told),
               [&](std::size_t s) { return !shape_columns_[s].empty(); });
  return told;
}

Columns GrowthModel::columns_of(const std::vector<std::size_t>& shapes) const {
  const std::size_t b = base_columns_.size() + 1;
  Columns columns(data_.times.size(), b + shapes.size());
  for (std::size_t i = 0; i < columns.rows; ++i) {
    double* const row = columns.row(i);
    row[0] = data_.values[i];
    for (std::size_t c = 1; c < b; ++c) {
      row[c] = base_columns_[c - 1][i];
    }
    for (std::size_t c = 0; c < shapes.size(); ++c) {
      row[b + c] = shape_columns_[shapes[c]][i];
    }
  }
  return columns;
}

void GrowthModel::estimate_noise_scale() {
  const std::size_t n = data_.times.size();
  std::vector<double> gaps(n - 1);
  std::vector<double> jumps(n - 1);
  for (std::size_t i = 1; i < n; ++i) {
    gaps[i - 1] = data_.times[i] - data_.times[i - 1];
    jumps[i - 1] = data_.plain[i] - data_.plain[i - 1];
  }
  const double gap = median(gaps);
  double jump_sd = robust_sd(jumps);
  if (!(jump_sd > 0)) {
    jump_sd = std::sqrt(sum_of_squares(jumps) / static_cast<double>(n - 1));
  }
  for (double time = kShortestCorrelation * gap; time < std::max(kLongestCorrelation, 1.5 * gap);
       time *= kCorrelationStep) {
    correlation_times_.push_back(time);
    noise_variance_.push_back(
        std::max(jump_sd * jump_sd / (2 * (1 - std::exp(-gap / time))), kLeastVariance));
  }
}

std::vector<GrowthModel::Explanation> GrowthModel::explain(std::size_t noise, double noise_variance,
                                                           double walk_variance,
                                                           const std::vector<std::size_t>& shapes) const {
  const std::size_t n = data_.times.size();
  const std::size_t p = base_columns_.size();
  const NoiseFilter filter(data_.times, {correlation_times_[noise], walk_variance / noise_variance});
  const std::vector<std::size_t> told = told_of(shapes);
  const std::size_t b = p + 1;
  const bool all = shapes.size() == shapes_.size();
  const Columns some = all ? Columns(0, 0) : columns_of(told);
  const Columns& raw = all ? all_columns_ : some;
  // products(a, c): inner product of column a (values, base) with column c (all); last row: of a column with
  // itself.
  std::vector<double> products((b + 1) * raw.width, 0.0);
  // Eigen takes two columns at a time, which the compiler does not: it cannot know that they do not overlap.
  const auto width = static_cast<Eigen::Index>(raw.width);
  filter.whiten(raw, [&](const double* row) {
    const Eigen::Map<const Eigen::ArrayXd> whole(row, width);
    for (std::size_t a = 0; a < b; ++a) Eigen::Map<Eigen::ArrayXd>(products.data() + a * raw.width, width) += row[a] * whole;
    Eigen::Map<Eigen::ArrayXd>(products.data() + b * raw.width, width) += whole * whole;
  });
  const auto product = [&](std::size_t a, std::size_t c) { return products[a * raw.width + c]; };
  const auto size = static_cast<Eigen::Index>(p);
  Eigen::MatrixXd gram(size, size);
  Eigen::VectorXd with_values(size);
  for (Eigen::Index a = 0; a < size; ++a) {
    with_values(a) = product(0, static_cast<std::size_t>(a) + 1);
    for (Eigen::Index c = 0; c < size; ++c) {
      gram(a, c) = product(static_cast<std::size_t>(a) + 1, static_cast<std::size_t>(c) + 1);
    }
  }
  const Eigen::LDLT<Eigen::MatrixXd> solver(gram);
  const Eigen::VectorXd base_fit = solver.solve(with_values);
  const Eigen::VectorXd rate_row = solver.solve(Eigen::VectorXd::Unit(size, 0));
  const double base_rss = std::max(product(0, 0) - base_fit.dot(with_values), 0.0);
  // The cycle's form took as many directions out of the covariance as it has bins.
  const double filter_log_det =
      filter.log_determinant() * (1 - static_cast<double>(lost_freedom_) / static_cast<double>(n));
  const double base_log_det = solver.vectorD().array().max(1e-300).log().sum();
  const double least_rss = 1e-14 * (product(0, 0) + 1e-12);
  const auto weigh = [&](std::size_t shape, double rss, double log_det, std::size_t parameters) {
    const double freedom =
        std::max(1.0, static_cast<double>(n) - static_cast<double>(parameters) - lost_freedom_);
    rss = std::max(rss, least_rss);
    Explanation e;
    e.noise = noise;
    e.shape = shape;
    e.rate.late = shapes_[shape].late;
    e.noise_variance = rss / freedom;
    e.rate.degrees_of_freedom = freedom;
    e.log_weight = std::log(shapes_[shape].prior) + kShortMemory * std::log(correlation_times_[noise]) -
                   freedom / 2 * std::log(3.14159265358979 * rss) + std::lgamma(freedom / 2) -
                   (filter_log_det + log_det) / 2;
    return e;
  };
  std::vector<Explanation> result;
  for (const std::size_t s : shapes) {
    if (shapes_[s].kind == ShapeKind::none) {
      Explanation e = weigh(s, base_rss, base_log_det, p);
      e.rate.mean = base_fit(0);
      e.rate.scale = std::sqrt(e.noise_variance * rate_row(0));
      result.push_back(e);
    }
  }
  Eigen::VectorXd with_shape(size);
  for (std::size_t k = 0; k < told.size(); ++k) {
    const std::size_t c = b + k;
    for (Eigen::Index a = 0; a < size; ++a) {
      with_shape(a) = product(static_cast<std::size_t>(a) + 1, c);
    }
    // The bordered system: what the shape has that the base has not.
    const Eigen::VectorXd on_base = solver.solve(with_shape);
    const double own = product(b, c) - with_shape.dot(on_base);
    if (!(own > kCollinear * product(b, c))) {
      continue;
    }
    const double shape_size = (product(0, c) - with_shape.dot(base_fit)) / own;
    Explanation e =
        weigh(told[k], base_rss - shape_size * shape_size * own, base_log_det + std::log(own), p + 1);
    e.log_weight -= std::log(2 * range_);  // amounts uniform in +-range
    e.rate.mean = base_fit(0) - shape_size * on_base(0);
    e.rate.scale = std::sqrt(e.noise_variance * (rate_row(0) + on_base(0) * on_base(0) / own));
    e.log_weight += plausibility(shapes_[told[k]], shape_size, e.rate.mean, std::sqrt(e.noise_variance / own));
    if (shapes_[told[k]].kind == ShapeKind::warmup || shapes_[told[k]].kind == ShapeKind::ramp) {
      e.rate.floor = least_rate_;
      e.log_weight += std::log(std::max(share_above(e.rate, least_rate_), 1e-300));
    }
    e.shape_size = shape_size;
    result.push_back(e);
  }
  return result;
}

double GrowthModel::plausibility(const Shape& shape, double size, double rate, double error) const {
  const auto log_above = [](double deviations) {
    return std::log(std::max(kUnusual, std::erfc(-deviations / std::sqrt(2.0)) / 2));
  };
  double result = 0;
  if (shape.kind == ShapeKind::warmup) result += log_above(size / error);
  if (shape.kind == ShapeKind::ramp) {
    const double earlier = rate + size / shape.at;
    result += log_above((earlier - least_rate_) / (error / shape.at));
  }
  if (shape.late && data_.start_level > 0) {
    const double share = size / (kLateShare * data_.start_level);
    result -= share * share / 2;
  }
  return result;
}

double GrowthModel::settled_variance(std::size_t noise, double walk_variance, std::size_t shape) const {
  double variance = noise_variance_[noise];
  for (int round = 0; round < kRoundsOfVariance; ++round) {
    const std::vector<Explanation> again = explain(noise, variance, walk_variance, {shape});
    if (again.empty()) break;
    const double before = std::exchange(variance, std::max(again.front().noise_variance, kLeastVariance));
    if (std::abs(variance - before) < kSettled * before) break;
  }
  return variance;
}

void GrowthModel::sift(double likely_walk) {
  const std::vector<std::size_t> all = all_shapes();
  std::vector<Explanation> explanations;
  for (std::size_t noise = 0; noise < correlation_times_.size(); ++noise) {
    const std::vector<Explanation> some = explain(noise, noise_variance_[noise], likely_walk, all);
    // The likeliest fit at this correlation time knows the noise's variance better than the first guess did.
    const auto best = std::max_element(
        some.begin(), some.end(),
        [](const Explanation& a, const Explanation& b) { return a.log_weight < b.log_weight; });
    best_of_noise_.push_back(best->shape);
    std::copy_if(some.begin(), some.end(), std::back_inserter(explanations),
                 [](const Explanation& e) { return std::isfinite(e.log_weight); });
  }
  std::sort(explanations.begin(), explanations.end(),
            [](const Explanation& a, const Explanation& b) { return a.log_weight > b.log_weight; });
  const double top = explanations.front().log_weight;
  for (const Explanation& e : explanations) {
    if (e.log_weight > top + std::log(kNegligible)) {
      kept_.push_back(e);
    }
  }
  const Explanation& e = kept_.front();
  best_ = {
      shapes_[e.shape], e.rate.mean, e.shape_size, std::sqrt(e.noise_variance), correlation_times_[e.noise]};
}

double GrowthModel::probability(ShapeKind kind) const {
  double sum = 0;
  double all = 0;
  for (const Explanation& e : kept_) {
    const double weight = std::exp(e.log_weight - kept_.front().log_weight);
    all += weight;
    sum += shapes_[e.shape].kind == kind ? weight : 0;
  }
  return sum / all;
}

const RateBelief& GrowthModel::given_walk(double walk_variance) {
  const auto known = beliefs_.find(walk_variance);
  if (known != beliefs_.end()) {
    return known->second;
  }
  std::map<std::size_t, std::vector<std::size_t>> by_noise;
  for (const Explanation& e : kept_) {
    by_noise[e.noise].push_back(e.shape);
  }
  // Columns are kept in the order of the shapes, not in that of their weights.
  for (auto& [noise, shapes] : by_noise) std::sort(shapes.begin(), shapes.end());
  RateBelief belief;
  std::vector<double> logs;
  for (const auto& [noise, shapes] : by_noise) {
    // The walk is meant in the values' units, but stands in the filter as a share of the noise's variance. What the walk
    // explains the noise need not, so that variance is another for each walk.
    const double variance = settled_variance(noise, walk_variance, best_of_noise_[noise]);
    for (const Explanation& e : explain(noise, variance, walk_variance, shapes)) {
      logs.push_back(e.log_weight);
      belief.rate.push_back(e.rate);
    }
  }
  if (logs.empty()) {
    // Shapes that were told from a line under the likely walk need not be under this one: a line then
    // explains as much.
    std::vector<std::size_t> all(shapes_.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    for (const Explanation& e : explain(kept_.front().noise, noise_variance_[kept_.front().noise], walk_variance, all)) {
      logs.push_back(e.log_weight);
      belief.rate.push_back(e.rate);
    }
  }
  belief.log_evidence = log_sum(logs);
  for (std::size_t i = 0; i < logs.size(); ++i) {
    belief.rate[i].weight = std::exp(logs[i] - belief.log_evidence);
  }
  return beliefs_.emplace(walk_variance, std::move(belief)).first->second;
}

}  // namespace leakrig::stats
