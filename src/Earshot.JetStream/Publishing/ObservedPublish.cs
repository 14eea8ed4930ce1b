using System.Diagnostics;
using Earshot.Connections;

namespace Earshot.JetStream.Publishing;

/// <summary>Ends the operation of a publish with its outcome, before it passes the outcome on.</summary>
internal sealed class ObservedPublish(SendOperation operation, IPublishObserver observer) : IPublishObserver
{
    /// <summary>Begins to observe a publish, if something listens. The caller's activity remains the current one.</summary>
    public static void Begin(ref PublishMessage message, ref IPublishObserver observer)
    {
        if (!MessageTelemetry.IsSendObserved)
        {
            return;
        }

        Activity? current = Activity.Current;
        try
        {
            observer = new ObservedPublish(PublishTelemetry.Begin(ref message), observer);
        }
        finally
        {
            Activity.Current = current;
        }
    }

    public void SlowedDown() => observer.SlowedDown();

    public void Written() => observer.Written();

    public void Completed(PubAckResponse? ack, Exception? exception)
    {
        // An activity that ends makes the one before it the current one, here on a thread to which neither belongs.
        Activity? current = Activity.Current;
        if (exception is not null)
        {
            PublishTelemetry.End(operation, exception);
        }
        else
        {
            PublishTelemetry.End(operation, ack!);
        }

        Activity.Current = current is { IsStopped: true } ? null : current;
        observer.Completed(ack, exception);
    }
}
