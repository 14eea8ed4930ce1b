using Earshot.Fleet.Collecting;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Fleet.Tests.Collecting;

/// <summary>What a collector knows of servers and their connections, by a clock that the test moves and sets.</summary>
public sealed class CollectorStateTests
{
    private static readonly ServerIdentity s_n1 = new("ID1") { Name = "n1" };
    private static readonly ServerIdentity s_n2 = new("ID2") { Name = "n2" };

    private readonly SetTime _time = new();
    private readonly CollectorState _state;

    public CollectorStateTests() => _state = new CollectorState(new FleetCollectorOptions(), _time);

    [Fact]
    public void Silence_is_found_and_dated_while_the_clock_of_the_collector_is_set_back()
    {
        Seconds(3, s_n1, s_n2);
        _time.Set = TimeSpan.FromMinutes(-10);
        DateTimeOffset answered = _time.GetUtcNow();
        List<ServerRecord> changes = Seconds(6, s_n1);
        ServerRecord silent = Assert.Single(changes);
        Assert.Equal((ServerRecordKind.Silent, "ID2"), (silent.Kind, silent.Server.Id));
        Assert.InRange(silent.At, answered.AddSeconds(-2), answered);
        _time.Set = TimeSpan.FromMinutes(10);
        Assert.Equal(ServerRecordKind.Back, Assert.Single(Seconds(3, s_n1, s_n2)).Kind);
    }

    [Fact]
    public void Clock_that_is_set_forward_makes_no_server_silent()
    {
        Seconds(3, s_n1, s_n2);
        _time.Set = TimeSpan.FromHours(1);
        Assert.Empty(Seconds(10, s_n1, s_n2));
    }

    [Theory]
    [InlineData(ServerRecordKind.LameDuck)]
    [InlineData(null)]
    public void Connections_and_the_clock_of_a_server_that_ended_without_a_report_are_forgotten(ServerRecordKind? mark)
    {
        var forgotten = new HashSet<string>();
        _state.Forgotten = id => forgotten.Add(id);
        Seconds(3, s_n1, s_n2);
        for (ulong client = 1; client <= 100; client++)
        {
            _state.Received(new SystemEvent(Record(ServerRecordKind.Connect, s_n2) with { Client = new ServerClient(client) { Kind = "Client" } }, "id", null));
        }

        Assert.True(_state.IsClockNews(Record(ServerRecordKind.Seen, s_n2) with { Received = _time.GetUtcNow().AddSeconds(-5) }));
        Assert.Equal(100, _state.Complete(new FleetCollectorCounters()).Connections);
        if (mark is { } kind)
        {
            _state.Received(new SystemEvent(Record(kind, s_n2), "mark", null));
        }

        Seconds(1, s_n1);

        Seconds(6, s_n1, s_n2 with { Id = "ID3" });
        Assert.Equal(0, _state.Complete(new FleetCollectorCounters()).Connections);
        Assert.Equal(TimeSpan.Zero, _state.Offset("ID2"));
        Assert.Equal(["ID2"], forgotten);
    }

    // Pings that these servers answer, each second.
    private List<ServerRecord> Seconds(int count, params ServerIdentity[] answers)
    {
        var changes = new List<ServerRecord>();
        for (int i = 0; i < count; i++)
        {
            _state.Pinged();
            Assert.All(answers, _state.Responded);
            _time.Advance(TimeSpan.FromSeconds(1));
            changes.AddRange(_state.Judge().Where(change => change.Kind != ServerRecordKind.Seen));
        }

        return changes;
    }

    private ServerRecord Record(ServerRecordKind kind, ServerIdentity server) => new() { Kind = kind, At = _time.GetUtcNow(), Server = server };

    // The wall clock is set, the monotonic one is not.
    private sealed class SetTime() : FakeTimeProvider(new DateTimeOffset(2026, 11, 29, 3, 0, 0, TimeSpan.Zero))
    {
        public TimeSpan Set { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Set;

        public override long GetTimestamp() => base.GetUtcNow().UtcTicks;
    }
}
