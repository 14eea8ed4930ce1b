namespace Earshot.JetStream.Requests;

/// <summary>One call of the API.</summary>
/// <param name="Subject">The subject, with its prefix.</param>
/// <param name="Kind">Whether the call may be repeated when it fails.</param>
internal readonly record struct ApiCall(string Subject, ApiCallKind Kind)
{
    /// <summary>The body in JSON; empty when the call has none.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>The name of the stream of the call, for events; null for calls about the account.</summary>
    public string? Stream { get; init; }
}
