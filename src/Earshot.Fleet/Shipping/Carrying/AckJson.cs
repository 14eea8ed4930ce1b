using System.Text.Json.Serialization;

namespace Earshot.Fleet.Shipping;

/// <summary>The generated JSON of acks.</summary>
[JsonSerializable(typeof(AckBody))]
internal sealed partial class AckJson : JsonSerializerContext;
