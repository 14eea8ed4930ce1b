using System.Text.Json.Serialization;

namespace Earshot.Fleet.Shipping;

/// <summary>The error of a stream.</summary>
/// <param name="Code">The number of the error.</param>
/// <param name="Description">The text of the server.</param>
internal sealed record AckError([property: JsonPropertyName("err_code")] int Code, [property: JsonPropertyName("description")] string? Description);
