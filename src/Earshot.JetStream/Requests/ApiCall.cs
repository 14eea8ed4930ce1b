namespace Earshot.JetStream.Requests;

/// <summary>One call of the API.</summary>
/// <param name="Subject">The subject, with its prefix.</param>
/// <param name="Kind">What may be done when it fails.</param>
internal readonly record struct ApiCall(string Subject, ApiCallKind Kind)
{
    /// <summary>The body in JSON; empty without one.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>Name of the stream it is about; for events.</summary>
    public string? Stream { get; init; }
}
