using System.Collections.Immutable;
using System.Net;
using CsCheck;
using Earshot.Lifecycle;
using Earshot.Sessions;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>Every reachable state of the machine with every input: by exhausting short sequences and by long random ones.</summary>
public sealed class MachineWalkTests
{
    private static readonly MachineOptions[] s_variants =
    [
        MachineRig.Options,
        MachineRig.Options with { RetryOnInitialConnect = true, MaxAttemptsPerServer = 2 },
        MachineRig.Options with { MaxReconnects = 0, RetryOnInitialConnect = true },
        MachineRig.Options with { MaxReconnects = 3, ReconnectTimeLimit = TimeSpan.FromSeconds(3), RetryOnInitialConnect = true },
        MachineRig.Options with { HasSelector = true, HasDelayCallback = true, RetryOnInitialConnect = true },
        MachineRig.Options with { HasSelector = true, LameDuckPolicy = NatsLameDuckPolicy.Notify, IgnoreAuthErrorAbort = true },
        MachineRig.Options with { HasFilter = true, RetryOnInitialConnect = true, HasFixedJwt = true, AreCredentialsDynamic = true },
    ];

    [Fact]
    public void Random_runs_follow_the_order_rules_and_end_once()
    {
        Gen.Select(Gen.Int[0, s_variants.Length - 1], Gen.Int[1, 3], Gen.Int, Gen.Int[0, 999].Array[40]).Sample(
            (variant, servers, seed, choices) =>
            {
                var rig = new MachineRig(s_variants[variant], servers, seed, randomize: true);
                foreach (int choice in choices)
                {
                    Take(rig, choice);
                }

                rig.Step(new CloseRequested(NatsCloseReason.UserClosed));
                if (rig.State.Live is not null)
                {
                    rig.Lose();
                }

                Assert.True(rig.State.IsOver);
                rig.AssertGrammar(requireClosed: true);
            },
            seed: "0000KOIkNcZ3",
            iter: 500,
            threads: 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Every_state_accepts_every_input(int variant)
    {
        var seen = new HashSet<string>();
        List<ImmutableList<int>> stories = [[]];
        for (int depth = 0; depth < 8; depth++)
        {
            List<ImmutableList<int>> next = [];
            foreach (ImmutableList<int> story in stories)
            {
                for (int choice = 0; choice < Facts(Told(variant, story)).Length; choice++)
                {
                    ImmutableList<int> longer = story.Add(choice);
                    MachineRig rig = Told(variant, longer);
                    rig.AssertGrammar();
                    if (seen.Add(Shape(rig.State)))
                    {
                        next.Add(longer);
                    }
                }
            }

            // Each state is new, so a sample of them keeps the width of the search in bounds and lets it go deep.
            stories = [.. next.Where((_, i) => i % Math.Max(1, next.Count / 4) == 0)];
        }

        Assert.True(seen.Count > 40, $"only {seen.Count} states were reached");
    }

    private static MachineRig Told(int variant, ImmutableList<int> story)
    {
        var rig = new MachineRig(s_variants[variant], servers: 2);
        foreach (int choice in story)
        {
            Facts(rig)[choice](rig);
            rig.Pass(TimeSpan.FromMilliseconds(300));
        }

        return rig;
    }

    private static void Take(MachineRig rig, int choice)
    {
        Action<MachineRig>[] facts = Facts(rig);
        // Mostly inputs that are likely in this state, so that walks make progress; the rest is any input, stale ones included.
        int fact = choice % 4 != 0 && rig.Open.Count > 0 ? choice % 7 : choice % facts.Length;
        facts[fact](rig);
        rig.Pass(TimeSpan.FromMilliseconds(choice * 7));
    }

    private static string Shape(MachineState s) => string.Join(
        '|',
        s.State,
        s.IsOver,
        s.Live is null ? "-" : $"{s.Live.IsLameDuck}{s.Live.ServerId}",
        string.Join(',', s.Search.Open.Select(o => $"{o.ServerId}{o.HasInfo}")),
        s.Search.Queue.Count,
        s.Search.IsAsking,
        s.Search.IsWaiting,
        s.Successor is not null,
        s.Ending,
        s.Closing,
        s.Drain?.IsFinishing,
        s.HasConnectedOnce,
        s.IsResubscribing);

    private static Action<MachineRig>[] Facts(MachineRig rig)
    {
        int[] open = [.. rig.State.Search.Open.Select(dial => dial.Id)]; // an attempt reports one outcome
        int attempt = open is [] ? 77_777 : open.Max();
        int oldest = open is [] ? 77_777 : open.Min();
        int session = rig.State.SessionId;
        var refused = new NatsServerError { Code = NatsServerErrorCode.AuthorizationViolation, Text = "Authorization Violation" };
        return
        [
            r => r.Step(new AttemptEstablished(attempt, Cluster(lame: false), null, new NatsConnectTimings())),
            r => r.Step(new AttemptFailed(oldest, NatsConnectPhase.Tcp, new IOException("refused"), null)),
            r => r.Step(new AttemptFailed(attempt, NatsConnectPhase.Authentication, new IOException("no"), refused)),
            r => r.Step(new AttemptProgressed(oldest, NatsConnectPhase.Authentication) { Info = new NatsServerInfo { Id = "N" } }),
            r => r.Step(new AddressesResolved(attempt, [IPAddress.Loopback, IPAddress.IPv6Loopback], new IPEndPoint(IPAddress.Loopback, 4222))),
            r => FireAnyway(r, MachineTimer.Hedge),
            r => r.Step(new AttemptEstablished(oldest, Cluster(lame: true), null, new NatsConnectTimings())),
            r => r.Step(new ConnectRequested()),
            r => r.Step(new ReconnectRequested(new NatsForceReconnectOptions { Target = MachineRig.Url(2) })),
            r => r.Step(new ReconnectRequested(new NatsForceReconnectOptions { Target = MachineRig.Url(77) })),
            r => r.Step(new DrainRequested(TimeSpan.FromSeconds(5), 1)),
            r => r.Step(new CloseRequested(NatsCloseReason.UserClosed)),
            r => r.Step(new CloseRequested(NatsCloseReason.Disposed)),
            r => r.Step(new ServersReplaced([.. MachineRig.Addresses(2, from: 4)], Reconnect: false)),
            r => r.Step(new ServersReplaced([.. MachineRig.Addresses(2, from: 2)], Reconnect: true)),
            r => r.Step(new SelectorReturned(r.State.Asked, r.State.Pool.Servers[0].Id, null, null, TimeSpan.FromSeconds(1))),
            r => r.Step(new SelectorReturned(r.State.Asked, null, MachineRig.Url(66), "foreign", TimeSpan.Zero)),
            r => r.Step(new SelectorReturned(r.State.Asked - 1, 1, null, null, TimeSpan.Zero)),
            r => r.Step(new DelayReturned(r.State.Asked, TimeSpan.FromSeconds(1))),
            r => Fire(r, MachineTimer.Backoff),
            r => Fire(r, MachineTimer.TimeLimit),
            r => Fire(r, MachineTimer.Stable),
            r => Fire(r, MachineTimer.Migrate),
            r => r.Step(new InfoReceived(session, Cluster(lame: true))),
            r => r.Step(new InfoReceived(session, Cluster(lame: false))),
            r => r.Step(new AdvertisedFiltered(session, Cluster(lame: false), NatsServerPoolChangeSource.Info, new Dictionary<(string Host, int Port), Exception?> { [("10.0.0.2", 4222)] = null })),
            r => r.Step(new ServerErrorReceived(session, refused, [])),
            r => r.Step(new SessionEnded(session, r.Ordered ?? new SessionEnd(NatsDisconnectReason.ServerClosed), default, default)),
            r => r.Step(new SessionEnded(session - 1, new SessionEnd(NatsDisconnectReason.SocketError), default, default)),
            r => r.Step(new ReplayConfirmed(session, 1, 0, TimeSpan.Zero, default, default)),
            r => r.Step(new HandoverReady(session)),
            r => r.Step(new SubscriptionsDrained(NatsDrainOutcome.Clean, 3, [])),
            r => r.Step(new SubscriptionsDrained(NatsDrainOutcome.TimedOut, 3, [new NatsDrainRemainder("1", "a", 2)])),
            r => r.Step(new PublishersDrained(session, IsClean: true)),
            r => r.Step(new PublishersDrained(session, IsClean: false)),
        ];
    }

    // Whether it is set or not; a timer that has fired is not set any more.
    private static void FireAnyway(MachineRig rig, MachineTimer timer)
    {
        rig.Timers.Remove(timer);
        rig.Step(new TimerFired(timer));
    }

    // A timer that is not set does not fire: the loop ensures that, and the machine relies on it for Backoff alone.
    private static void Fire(MachineRig rig, MachineTimer timer)
    {
        if (rig.Timers.Remove(timer))
        {
            rig.Step(new TimerFired(timer));
        }
    }

    private static NatsServerInfo Cluster(bool lame) => new()
    {
        Id = "N",
        LameDuckMode = lame,
        MaxPayload = 1024,
        ClientConnectUrls = ["10.0.0.1:4222", "10.0.0.2:4222", "10.0.0.3:4222"],
    };
}
