#pragma once

#include <nlohmann/json_fwd.hpp>

#include "harness/spec/document/fields.h"
#include "harness/spec/scenario_spec.h"

namespace leakrig {

// The keys of each part of a scenario. A subject's kind is told by which of its keys is there.
void fields(Fields& f, SamplingConfig& sampling);
void fields(Fields& f, AnalysisSpec& analysis);
void fields(Fields& f, LogConfig& logs);
void fields(Fields& f, ChurnConfig& churn);
void fields(Fields& f, FleetGroup& group);
void fields(Fields& f, FleetConfig& fleet);
void fields(Fields& f, FaultConfig& fault);  ///< those of every kind of fault
void fields(Fields& f, TransportConfig& transport);
void fields(Fields& f, DockerConfig& docker);
void fields(Fields& f, LokiConfig& loki);
void fields(Fields& f, StreamLimit& limit);
void fields(Fields& f, ContainerMonitorConfig& monitor);
void fields(Fields& f, DefectConfig& defect);
void fields(Fields& f, CollectorConfig& collector);  ///< without its defects, which have names of their own
void fields(Fields& f, ReadySpec& ready);
void fields(Fields& f, StopSpec& stop);
void fields(Fields& f, CommandConfig& command);
void fields(Fields& f, AttachedProcess& process);
void fields(Fields& f, MetricsSpec& metrics);
void fields(Fields& f, ProbesSpec& probes);
void fields(Fields& f, Bounds& bounds);

/// A whole "subject.collector", its defects too.
CollectorConfig collector_of(const nlohmann::json& object, const std::string& pointer = {});
nlohmann::json json_of(const CollectorConfig& collector);

/// One fault; as JSON it has the keys of its kind.
FaultConfig fault_of(const nlohmann::json& object, const std::string& pointer = {});
nlohmann::json json_of(const FaultConfig& fault);

SubjectSpec subject_of(const nlohmann::json& object, const std::string& pointer = {});
nlohmann::json json_of(const SubjectSpec& subject);

/// The parts of a scenario or of a variant's document. What is absent gets its default, which for sampling
/// and fleet depends on the subject.
Setup setup_of(const nlohmann::json& document);
nlohmann::json json_of(const Setup& setup);

}  // namespace leakrig
