using System.Globalization;
using Earshot.Connections;
using Earshot.Diagnostics;

namespace Earshot.JetStream.Publishing;

/// <summary>What is traced and measured of a publish, from its first attempt to its outcome. Called only while something listens.</summary>
internal static class PublishTelemetry
{
    private const string Outcome = "nats.jetstream.outcome";

    /// <summary>Begins a publish: its activity is current until it ends, and the message carries its context.</summary>
    public static SendOperation Begin(ref PublishMessage message)
    {
        try
        {
            SendOperation operation = MessageTelemetry.BeginSend(message.Context.Connection, MessageTelemetry.Publish, message.Subject, message.Headers, null);
            message = message with { Headers = operation.Headers };
            return operation;
        }
        catch
        {
            message.Return(); // a callback of the application threw
            throw;
        }
    }

    /// <summary>Ends a publish that the stream has answered.</summary>
    public static void End(in SendOperation operation, PubAckResponse ack)
    {
        if (ack.Error is { } error)
        {
            End(operation, nameof(NatsOutcome.Rejected), null, ErrorType(error), error.Description);
            return;
        }

        EndStored(operation, ack.Stream, ack.Outcome);
    }

    /// <summary>Ends a publish whose message is stored.</summary>
    public static void EndStored(in SendOperation operation, string? stream, NatsJSPublishOutcome outcome = NatsJSPublishOutcome.Stored) =>
        End(operation, outcome.ToString(), stream, null, null);

    /// <summary>Ends a message that was added to a batch, whose outcome is not known yet.</summary>
    public static void EndAdded(in SendOperation operation) => End(operation, null, null, null, null);

    /// <summary>Ends a publish that failed, or whose outcome is unknown.</summary>
    public static void End(in SendOperation operation, Exception exception) =>
        End(operation, ((exception as INatsDelivery)?.Outcome ?? NatsOutcome.NotSent).ToString(), null, exception.GetType().FullName, exception.Message);

    private static void End(in SendOperation operation, string? outcome, string? stream, string? errorType, string? description)
    {
        if (outcome is not null)
        {
            operation.Tag(Outcome, outcome);
        }

        if (stream is not null)
        {
            operation.Tag(TelemetryNames.Stream, stream);
        }

        operation.End(errorType, description);
    }

    // Errors of the server have a number, which says more than the exception that they become.
    private static string ErrorType(ApiError error) => (error.ErrCode > 0 ? error.ErrCode : error.Code).ToString(CultureInfo.InvariantCulture);
}
