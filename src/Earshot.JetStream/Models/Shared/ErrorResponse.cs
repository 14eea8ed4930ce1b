namespace Earshot.JetStream;

/// <summary>A response of the JetStream API that contains an error.</summary>
public record ErrorResponse
{
    /// <summary>The error of the response.</summary>
    public ApiError Error { get; set; } = new();
}
