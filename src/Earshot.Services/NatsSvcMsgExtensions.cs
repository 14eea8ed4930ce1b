using System.Globalization;
using Earshot.Services;

namespace Earshot;

/// <summary>Reads the errors of services from their answers: an error is an ordinary message with two headers.</summary>
public static class NatsSvcMsgExtensions
{
    /// <summary>Whether the service answered without an error.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="msg">The answer.</param>
    /// <param name="throwOnNoResponders">Whether an answer that says that no service listens throws. Default: true.</param>
    /// <returns>True when the answer has no error.</returns>
    /// <exception cref="NatsNoRespondersException">No service listens to the subject.</exception>
    public static bool IsServiceSuccess<T>(this NatsMsg<T> msg, bool throwOnNoResponders = true) => msg.GetServiceStatus(throwOnNoResponders).IsSuccess;

    /// <summary>Returns the answer, or throws its error.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="msg">The answer.</param>
    /// <param name="throwOnNoResponders">Whether an answer that says that no service listens throws <see cref="NatsNoRespondersException"/>; otherwise it throws with code 503. Default: true.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="NatsNoRespondersException">No service listens to the subject.</exception>
    /// <exception cref="NatsSvcEndpointException">The service answered with an error.</exception>
    public static NatsMsg<T> EnsureServiceSuccess<T>(this NatsMsg<T> msg, bool throwOnNoResponders = true)
    {
        NatsSvcStatus status = msg.GetServiceStatus(throwOnNoResponders);
        return status.IsSuccess ? msg : throw new NatsSvcEndpointException(status.Code, status.Message ?? "The service reported an error without a description.", msg.Data as string);
    }

    /// <summary>Returns what the answer says about its success.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="msg">The answer.</param>
    /// <param name="throwOnNoResponders">Whether an answer that says that no service listens throws. Default: true.</param>
    /// <returns>The code and the description.</returns>
    /// <exception cref="NatsNoRespondersException">No service listens to the subject.</exception>
    public static NatsSvcStatus GetServiceStatus<T>(this NatsMsg<T> msg, bool throwOnNoResponders = true)
    {
        const int NoResponders = 503, NoCode = 500;
        if (msg.HasNoResponders)
        {
            return throwOnNoResponders ? throw new NatsNoRespondersException() : new NatsSvcStatus(NoResponders, "No service listens to the subject.", true);
        }

        string? text = null, code = null;
        bool hasError = msg.Headers?.TryGetLastValue(NatsSvcConstants.ServiceErrorHeader, out text) == true;
        hasError |= msg.Headers?.TryGetLastValue(NatsSvcConstants.ServiceErrorCodeHeader, out code) == true;
        return hasError
            ? new NatsSvcStatus(int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : NoCode, text, false)
            : default;
    }
}
