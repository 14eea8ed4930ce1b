namespace Earshot.JetStream;

/// <summary>An answer that is an error.</summary>
public record ErrorResponse
{
    /// <summary>The error.</summary>
    public ApiError Error { get; set; } = new();
}
