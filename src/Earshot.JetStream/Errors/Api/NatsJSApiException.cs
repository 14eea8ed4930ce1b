using Earshot.JetStream.Errors;

namespace Earshot.JetStream;

/// <summary>The exception that is thrown when the JetStream API responds with an error: the call had no effect.</summary>
public class NatsJSApiException : NatsJSException, INatsDelivery
{
    /// <summary>Initializes the exception with the error of the server.</summary>
    /// <param name="error">The error of the server.</param>
    public NatsJSApiException(ApiError error)
        : base(Text(error)) => Error = error;

    /// <summary>The error with which the server responded.</summary>
    public ApiError Error { get; }

    /// <summary>The outcome of the operation: always <see cref="NatsOutcome.Rejected"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.Rejected;

    /// <summary>Returns whether the exception has this error number. The <see cref="ApiError.Code"/> is not compared: it differs between servers.</summary>
    /// <param name="code">The number of the error.</param>
    /// <returns>True when the numbers are equal.</returns>
    public bool Is(NatsJSErrorCode code) => Error.ErrCode == (int)code;

    /// <summary>Creates the most specific exception for an error.</summary>
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
