namespace Earshot.JetStream;

/// <summary>The error with which the JetStream API rejected a call.</summary>
public record ApiError
{
    /// <summary>The class of the error, as in HTTP. Use <see cref="ErrCode"/> for decisions: the class of one error differs between server versions.</summary>
    public int Code { get; set; }

    /// <summary>The text of the error, for people.</summary>
    public string? Description { get; set; }

    /// <summary>The number of the error. See <see cref="NatsJSErrorCode"/>.</summary>
    public int ErrCode { get; set; }
}
