namespace Earshot.JetStream.Models;

/// <summary>An answer of which only the error matters.</summary>
internal record ApiAnswer
{
    /// <summary>Kind of the answer.</summary>
    public string? Type { get; set; }

    /// <summary>Null: none.</summary>
    public ApiError? Error { get; set; }
}
