using Earshot.JetStream.Errors;

namespace Earshot.JetStream;

/// <summary>The server answered with an error: what was asked for had no effect.</summary>
public class NatsJSApiException : NatsJSException, INatsDelivery
{
    /// <summary>Makes the exception.</summary>
    /// <param name="error">What the server said.</param>
    public NatsJSApiException(ApiError error)
        : base(Text(error)) => Error = error;

    /// <summary>What the server said.</summary>
    public ApiError Error { get; }

    /// <summary>Always <see cref="NatsOutcome.Rejected"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.Rejected;

    /// <summary>Whether it is this error. The <see cref="ApiError.Code"/> does not tell: one error has different ones.</summary>
    /// <param name="code">The number of the error.</param>
    /// <returns>True when it is.</returns>
    public bool Is(NatsJSErrorCode code) => Error.ErrCode == (int)code;

    /// <summary>The most specific exception of an error.</summary>
    internal static NatsJSApiException Of(ApiError error) => (NatsJSErrorCode)error.ErrCode switch
    {
        NatsJSErrorCode.StreamNotFound => new NatsJSStreamNotFoundException(error),
        NatsJSErrorCode.ConsumerNotFound or NatsJSErrorCode.ConsumerDoesNotExist => new NatsJSConsumerNotFoundException(error),
        _ when ErrorGroups.IsUnavailable(error) => new NatsJSUnavailableException(error),
        _ => new NatsJSApiException(error),
    };

    private static string Text(ApiError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return string.IsNullOrEmpty(error.Description) ? $"JetStream error {error.ErrCode}." : $"{error.Description} (JetStream error {error.ErrCode})";
    }
}
