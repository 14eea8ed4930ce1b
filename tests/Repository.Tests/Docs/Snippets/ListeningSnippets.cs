using System.Diagnostics;
using System.Diagnostics.Metrics;
using Earshot;

namespace Repository.Tests.Docs.Snippets;

/// <summary>Code that the guides print and no sample holds; it is compiled, and the tests do not run it.</summary>
internal static class ListeningSnippets
{
    internal static async Task PageAsync()
    {
        // snippet: page
        await using var client = new NatsClient();

        client.Connection.ConnectionDisconnected += async (sender, args) =>
        {
            Console.WriteLine($"Disconnected: {args.Message}");
        };

        client.Connection.ConnectionOpened += async (sender, args) =>
        {
            Console.WriteLine($"Connected: {args.Message}");
        };

        client.Connection.ReconnectFailed += async (sender, args) =>
        {
            Console.WriteLine($"Reconnect Failed: {args.Message}");
        };

        await client.ConnectAsync();
        // end snippet
    }

    internal static void Observe(INatsConnection connection, IObserver<NatsConnectionEvent> observer)
    {
        // snippet: observable
        using IDisposable subscription = connection.Events.Subscribe(observer);
        // end snippet
    }

    internal static void MeasureAndTrace()
    {
        // snippet: metrics
        using var meters = new MeterListener();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Earshot")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Console.WriteLine($"{instrument.Name} +{value}"));
        meters.Start();

        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Earshot",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => Console.WriteLine($"{activity.OperationName} took {activity.Duration}"),
        };
        ActivitySource.AddActivityListener(activities);
        // end snippet
    }

    internal static void Dispatch(INatsConnection connection, SynchronizationContext window)
    {
        // snippet: dispatch
        connection.Events.On<NatsReconnectedEvent>(e => Console.WriteLine(e), dispatch: NatsDispatch.OnContext(window));
        connection.Events.On<NatsConnectionEvent>(e => Console.WriteLine(e), NatsReplay.Last(20), NatsDispatch.Concurrent(4), name: "audit");
        // end snippet
    }
}
