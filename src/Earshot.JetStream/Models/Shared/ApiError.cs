namespace Earshot.JetStream;

/// <summary>Why the API refused a call.</summary>
public record ApiError
{
    /// <summary>Class of the error, as in HTTP. Decide by <see cref="ErrCode"/>: the class of one error differs between servers.</summary>
    public int Code { get; set; }

    /// <summary>Text for people.</summary>
    public string? Description { get; set; }

    /// <summary>Number of the error; see <see cref="NatsJSErrorCode"/>.</summary>
    public int ErrCode { get; set; }
}
