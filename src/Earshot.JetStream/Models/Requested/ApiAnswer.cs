namespace Earshot.JetStream.Models;

/// <summary>A response of the API of which only the error is read.</summary>
internal record ApiAnswer
{
    /// <summary>The type of the response.</summary>
    public string? Type { get; set; }

    /// <summary>The error; null when the call succeeded.</summary>
    public ApiError? Error { get; set; }
}
