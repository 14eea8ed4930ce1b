using Earshot.Events;
using Xunit;

namespace Earshot.Client.Tests.Events.BuiltIn;

public sealed class DotNetEventsTests
{
    [Fact]
    public async Task The_events_of_today_are_raised_with_a_message_the_event_and_the_connection_as_sender()
    {
        var rig = new JournalRig();
        var connection = new Connection(rig.Journal);
        var calls = new Calls<(object? Sender, NatsEventArgs Args)>();
        connection.ConnectionOpened += (sender, args) => { calls.Add((sender, args)); return default; };
        rig.Open();
        rig.Outage();
        IReadOnlyList<(object? Sender, NatsEventArgs Args)> opened = await calls.ReachAsync(2);
        Assert.All(opened, c => Assert.Same(connection, c.Sender));
        Assert.Equal([NatsEventKind.Connected, NatsEventKind.Reconnected], opened.Select(c => c.Args.Event!.Kind));
        Assert.All(opened, c => Assert.Equal(c.Args.Event!.Message, c.Args.Message));
    }

    [Fact]
    public async Task ReconnectFailed_is_raised_in_an_outage_and_while_the_first_connect_is_retried_but_not_when_it_fails_for_good()
    {
        var rig = new JournalRig();
        var connection = new Connection(rig.Journal);
        var calls = new Calls<long>();
        connection.ReconnectFailed += (_, args) => { calls.Add(args.Event!.Sequence); return default; };
        rig.Connecting();
        rig.Attempt();
        rig.AttemptFailed(willRetry: false);
        rig.Attempt();
        rig.AttemptFailed(willRetry: true);
        rig.Attempt();
        rig.Connected();
        rig.Outage();
        Assert.Equal([5L, 11L], await calls.ReachAsync(2));
    }

    [Fact]
    public async Task A_removed_handler_is_not_called_and_one_added_twice_is_called_twice_until_removed_once()
    {
        var rig = new JournalRig();
        var connection = new Connection(rig.Journal);
        var calls = new Calls<string>();
        AsyncEventHandler<NatsEventArgs> twice = (_, args) => { calls.Add($"twice {args.Event!.Sequence}"); return default; };
        AsyncEventHandler<NatsEventArgs> once = (_, args) => { calls.Add($"once {args.Event!.Sequence}"); return default; };
        connection.ErrorOccurred += twice;
        connection.ErrorOccurred += twice;
        connection.ErrorOccurred += once;
        connection.ErrorOccurred -= once;
        rig.Journal.Append(new NatsServerErrorEvent { Text = "x" });
        Assert.Equal(["twice 1", "twice 1"], await calls.ReachAsync(2));
        connection.ErrorOccurred -= twice;
        rig.Journal.Append(new NatsWriteErrorEvent { Exception = new IOException("x") });
        Assert.Equal(["twice 1", "twice 1", "twice 2"], await calls.ReachAsync(3));
    }

    [Fact]
    public async Task The_special_arguments_carry_what_they_are_named_for()
    {
        var rig = new JournalRig();
        var connection = new Connection(rig.Journal);
        var calls = new Calls<NatsEventArgs>();
        connection.MessageDropped += (_, args) => { calls.Add(args); return default; };
        connection.SlowConsumerDetected += (_, args) => { calls.Add(args); return default; };
        connection.LameDuckModeActivated += (_, args) => { calls.Add(args); return default; };
        connection.ServerError += (_, args) => { calls.Add(args); return default; };
        var sub = new RecordedSub("4", "a.*", null);
        rig.Journal.Append(new NatsMessageDroppedEvent { Subscription = sub, Subject = "a.b", ReplyTo = "r" });
        rig.Journal.Append(new NatsSlowConsumerEvent { Subscription = sub, Sid = "4", Subject = "a.*" });
        rig.Journal.Append(new NatsLameDuckModeEvent { Server = JournalRig.ServerB, OtherServers = [] });
        rig.Journal.Append(new NatsServerErrorEvent { Text = "Stale Connection", Code = NatsServerErrorCode.StaleConnection });
        IReadOnlyList<NatsEventArgs> all = await calls.ReachAsync(4);
        NatsMessageDroppedEventArgs dropped = all.OfType<NatsMessageDroppedEventArgs>().Single();
        Assert.Equal((sub, "a.b", "r"), (dropped.Subscription, dropped.Subject, dropped.ReplyTo));
        Assert.Same(sub, all.OfType<NatsSlowConsumerEventArgs>().Single().Subscription);
        Assert.Equal(JournalRig.ServerB.Url, all.OfType<NatsLameDuckModeActivatedEventArgs>().Single().Uri);
        NatsServerErrorEventArgs error = all.OfType<NatsServerErrorEventArgs>().Single();
        Assert.Equal(("Stale Connection", NatsServerErrorKind.StaleConnection), (error.Error, error.Kind));
    }

    [Fact]
    public async Task The_option_callbacks_are_called_for_their_events()
    {
        var rig = new JournalRig();
        var calls = new Calls<string>();
        var callbacks = new NatsEventCallbacks
        {
            OnConnected = (e, _) => { calls.Add($"connected {e.Sequence}"); return default; },
            OnError = (e, _) => { calls.Add($"error {e.Kind}"); return default; },
            OnStatusChanged = (e, _) => { calls.Add($"status {e.NewStatus}"); return default; },
        };
        callbacks.Attach(rig.Journal);
        rig.Open();
        rig.Journal.Append(new NatsServerErrorEvent { Text = "x" });
        IReadOnlyList<string> all = await calls.ReachAsync(4);
        Assert.Equal(["connected 3", "error ServerError", "status Connecting", "status Open"], all.Order());
    }

    private sealed class Connection(Journal journal) : NatsConnectionEvents
    {
        private protected override Journal Journal => journal;
    }
}
