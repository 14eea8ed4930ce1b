using System.Text.Json.Serialization;

namespace Earshot.Fleet.Collecting;

/// <summary>The generated JSON of the events of servers.</summary>
[JsonSerializable(typeof(EventMessage))]
[JsonSerializable(typeof(EventServer))]
internal sealed partial class EventJson : JsonSerializerContext;
