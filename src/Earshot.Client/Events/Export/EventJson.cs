using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Earshot.Events;

/// <summary>The generated JSON of all events; the list of kinds is in the catalogue.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(ExceptionConverter), typeof(SubscriptionConverter), typeof(EndPointConverter), typeof(UrlConverter), typeof(InnerEventConverter)])]
[UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The generator also describes Exception member by member; the converter is used instead, so nothing reads it.")]
[JsonSerializable(typeof(IExportedEvent))]
internal sealed partial class EventJson : JsonSerializerContext;
