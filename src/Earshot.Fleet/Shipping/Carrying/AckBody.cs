using System.Text.Json.Serialization;

namespace Earshot.Fleet.Shipping;

/// <summary>The ack of a stream, as far as a shipper needs it.</summary>
/// <param name="Stream">The stream that has stored the message; null with an error.</param>
/// <param name="Error">Why it has not.</param>
internal sealed record AckBody([property: JsonPropertyName("stream")] string? Stream, [property: JsonPropertyName("error")] AckError? Error);
