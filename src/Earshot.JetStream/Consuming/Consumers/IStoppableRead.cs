using Earshot.Subscriptions;

namespace Earshot.JetStream.Consuming;

/// <summary>A running read, of a pull or a push consumer, whose unread messages are returned to the server when it stops.</summary>
internal interface IStoppableRead : IConnectedRead
{
    /// <summary>The consumer; another one after it was recreated.</summary>
    ConsumerOrigin Origin { get; }

    /// <summary>The messages that were delivered and not taken by the reader.</summary>
    DeliveryQueue Queue { get; }

    /// <summary>The arrival times of the messages in the queue.</summary>
    ArrivalTimes Arrivals { get; }

    /// <summary>Whether messages that the application has not taken when the read stops are left until AckWait ends.</summary>
    bool LeavesRest { get; }

    /// <summary>Stops the read. Completes when no more messages can arrive, after about four seconds at the latest.</summary>
    Task StopAsync();

    /// <summary>Processes the report of messages that the application has processed, or will never process.</summary>
    void Processed(long msgs, long bytes);

    /// <summary>Returns the exception with which the read ended; null when it ended without one.</summary>
    Exception? Failure();
}
