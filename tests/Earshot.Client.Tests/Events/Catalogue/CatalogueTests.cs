using System.Reflection;
using Earshot.Events;
using Xunit;

namespace Earshot.Client.Tests.Events.Catalogue;

public sealed class CatalogueTests
{
    public static TheoryData<NatsEventKind> Kinds => [.. Enum.GetValues<NatsEventKind>().Where(k => k != NatsEventKind.None)];

    [Fact]
    public void Every_kind_has_exactly_one_sealed_record_of_its_name()
    {
        var records = typeof(NatsConnectionEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(NatsConnectionEvent))).ToList();
        Assert.Equal(Kinds.Select(k => $"Nats{k.Data}Event").Order(), records.Select(t => t.Name).Order());
        Assert.All(records, t => Assert.True(t.IsSealed));
        Assert.All(records, t => Assert.Equal($"Nats{((NatsConnectionEvent)Samples.Make(t)).Kind}Event", t.Name));
    }

    [Fact]
    public void No_member_of_an_event_has_a_public_setter()
    {
        IEnumerable<PropertyInfo> setters = typeof(NatsConnectionEvent).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(NatsConnectionEvent)))
            .SelectMany(t => t.GetProperties()).Where(p => p.SetMethod is { IsPublic: true } set
                && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit)));
        Assert.Empty(setters);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void The_number_gives_the_category_and_fits_the_filter(NatsEventKind kind)
    {
        Assert.InRange((int)kind % 100, 1, 99);
        Assert.True(Enum.IsDefined((NatsEventCategory)((int)kind / 100)));
        Assert.Equal([kind], Kinds.Select(k => k.Data).Where(NatsEventFilter.Of(kind).Includes));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_listener_gets_each_kind_by_the_method_of_its_name(NatsEventKind kind)
    {
        INatsConnectionListener listener = DispatchProxy.Create<INatsConnectionListener, Recorder>();
        await Samples.Make(kind).DeliverAsync(listener, JournalRig.Token);
        Assert.Equal([$"On{kind}Async"], ((Recorder)(object)listener).Called);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Every_message_is_one_line_and_not_empty(NatsEventKind kind)
    {
        string message = Samples.Make(kind).Message;
        Assert.NotEmpty(message);
        Assert.DoesNotContain(message, char.IsControl);
    }

    [Fact]
    public void The_filters_combine()
    {
        var pings = NatsEventFilter.Of(NatsEventKind.PingSent, NatsEventKind.PongReceived);
        Assert.Equal(NatsEventFilter.All, default);
        Assert.False(NatsEventFilter.All.Includes(NatsEventKind.StatusChanged));
        Assert.False(NatsEventFilter.All.Includes(NatsEventKind.ProtocolTrace));
        Assert.False((NatsEventFilter.All & NatsEventFilter.Lossless).Includes(NatsEventKind.PingSent));
        Assert.True((NatsEventFilter.Lossless | pings).Includes(NatsEventKind.PingSent));
        Assert.Equal(NatsEventFilter.Of(NatsEventKind.PingSent), pings & ~NatsEventFilter.Of(NatsEventKind.PongReceived));
        Assert.True(NatsEventFilter.Errors.Includes(NatsEventKind.PermissionViolation));
        Assert.False(NatsEventFilter.Errors.Includes(NatsEventKind.SlowConsumer));
    }

    [Fact]
    public void The_coalescable_kinds_are_those_of_the_catalogue()
    {
        IEnumerable<int> coalescable = Kinds.Select(k => (int)k.Data).Where(k => EventClasses.Coalescable.Includes((NatsEventKind)k));
        Assert.Equal([201, 203, 204, 401, 402, 603, 604, 701, 702, 905, 1005], coalescable.Order());
    }

    [Fact]
    public void Text_of_a_server_cannot_forge_a_line()
    {
        var e = new NatsServerErrorEvent { Text = "bad\r\nfake: \u001b[31m" };
        Assert.Equal(@"server error: bad\r\nfake: \u001b[31m", e.Message);
    }

    [Fact]
    public async Task Listener_receives_all_events_in_order_general_call_first()
    {
        var rig = new JournalRig();
        var listener = new Everything();
        using IDisposable registration = rig.Events.Add(listener);
        rig.Open();
        Assert.Equal(["any Connecting", "any ConnectAttempt", "any Connected", "connected"], await listener.Calls.ReachAsync(4));
    }

    private sealed class Everything : INatsConnectionListener
    {
        public Calls<string> Calls { get; } = new();

        public ValueTask OnEventAsync(NatsConnectionEvent e, CancellationToken ct)
        {
            Calls.Add($"any {e.Kind}");
            return default;
        }

        public ValueTask OnConnectedAsync(NatsConnectedEvent e, CancellationToken ct)
        {
            Calls.Add("connected");
            return default;
        }
    }
}

public class Recorder : DispatchProxy
{
    public List<string> Called { get; } = [];

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Called.Add(targetMethod!.Name);
        return default(ValueTask);
    }
}
