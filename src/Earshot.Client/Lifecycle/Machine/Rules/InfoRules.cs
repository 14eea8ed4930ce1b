namespace Earshot.Lifecycle;

/// <summary>What the INFO of the live session changes: limits, the cluster's servers, lame duck mode.</summary>
internal static class InfoRules
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    /// <summary>The INFO that a session began with.</summary>
    public static void First(MachineTurn turn, NatsServerInfo info)
    {
        PoolRules.Merge(turn, info, turn.State.Live!.ServerId, NatsServerPoolChangeSource.Info);
        if (info.LameDuckMode)
        {
            LameDuckRules.Announced(turn, info);
        }
    }

    /// <summary>
    /// An INFO of the live session. Limits apply immediately; other changes, the pool included, are applied and reported at most once
    /// a second, so that a server that toggles does not fill the journal. Lame duck mode is not delayed.
    /// </summary>
    public static void Received(MachineTurn turn, NatsServerInfo info)
    {
        LiveSession live = turn.State.Live!;
        NatsServerInfo old = live.Info;
        NatsServerInfo merged = info with { Nonce = old.Nonce };
        if (info.MaxPayload <= 0)
        {
            merged = merged with { MaxPayload = old.MaxPayload };
        }

        if (turn.State.HeldInfo is not null && info.ClientConnectUrls is not { Length: > 0 })
        {
            merged = merged with { ClientConnectUrls = old.ClientConnectUrls }; // an empty list must not replace a pending one
        }

        bool isConnectInfo = info.IsConnectInfo && !live.HasConnectInfo;
        bool isChange = Differences(old, merged) != NatsServerInfoChanges.None;
        turn.State = turn.State with { Live = live with { Info = merged, HasConnectInfo = live.HasConnectInfo || isConnectInfo } };
        turn.Do(new ApplyInfo(merged));
        if (turn.State.HeldInfo is { } held && !(info.LameDuckMode && !live.IsLameDuck))
        {
            turn.State = turn.State with { HeldInfo = held with { Changes = isChange ? held.Changes + 1 : held.Changes } };
            return;
        }

        if (isChange)
        {
            NatsServerInfo reported = turn.State.HeldInfo?.Reported ?? old;
            int changes = turn.State.HeldInfo?.Changes + 1 ?? 1;
            turn.State = turn.State with { HeldInfo = new HeldInfo(merged, 0) };
            turn.Do(new SetTimer(MachineTimer.Info, s_interval));
            Emit(turn, reported, changes);
        }
        else if (isConnectInfo)
        {
            turn.Emit(new NatsServerInfoUpdatedEvent { Old = old, New = merged, Changed = NatsServerInfoChanges.None, ConnectInfo = true });
        }

        TakeOver(turn);
    }

    /// <summary>A second has passed since a change was reported: what changed meanwhile is reported as one, or it is over.</summary>
    public static void Due(MachineTurn turn)
    {
        if (turn.State is not { HeldInfo: { } held, Live: { } live })
        {
            return;
        }

        if (held.Changes == 0)
        {
            turn.State = turn.State with { HeldInfo = null };
            return;
        }

        turn.State = turn.State with { HeldInfo = new HeldInfo(live.Info, 0) };
        turn.Do(new SetTimer(MachineTimer.Info, s_interval));
        Emit(turn, held.Reported, held.Changes);
        TakeOver(turn);
    }

    /// <summary>The session has ended: its last INFO is applied before the search that follows.</summary>
    public static void End(MachineTurn turn)
    {
        if (turn.State.HeldInfo is not { } held)
        {
            return;
        }

        turn.State = turn.State with { HeldInfo = null };
        turn.Do(new StopTimer(MachineTimer.Info));
        if (held.Changes > 0)
        {
            Emit(turn, held.Reported, held.Changes);
            NatsServerInfo last = turn.State.Live!.Info;
            // The answer of a filter would belong to a session that is over; the next session has a list of its own.
            PoolRules.Merge(turn, turn.Options.HasFilter ? last with { ClientConnectUrls = null } : last, turn.State.Live.ServerId, NatsServerPoolChangeSource.Info);
        }
    }

    private static void Emit(MachineTurn turn, NatsServerInfo old, int changes)
    {
        NatsServerInfo info = turn.State.Live!.Info;
        turn.Emit(new NatsServerInfoUpdatedEvent { Old = old, New = info, Changed = Differences(old, info), ConnectInfo = info.IsConnectInfo, RepeatCount = changes });
    }

    // The fields of the last INFO about servers: advertised addresses and lame duck mode.
    private static void TakeOver(MachineTurn turn)
    {
        LiveSession live = turn.State.Live!;
        PoolRules.Merge(turn, live.Info, live.ServerId, live.Info.LameDuckMode ? NatsServerPoolChangeSource.LameDuck : NatsServerPoolChangeSource.Info);
        if (live.Info.LameDuckMode && !live.IsLameDuck)
        {
            LameDuckRules.Announced(turn, live.Info);
        }
        else
        {
            LameDuckRules.OnServersAdded(turn);
        }
    }

    /// <summary>The filter has answered: what it lets through comes into the pool.</summary>
    public static void Filtered(MachineTurn turn, AdvertisedFiltered judged)
    {
        PoolRules.Merge(turn, judged.Info, turn.State.Live!.ServerId, judged.Source, judged.Refused);
        LameDuckRules.OnServersAdded(turn);
    }

    private static NatsServerInfoChanges Differences(NatsServerInfo old, NatsServerInfo info)
    {
        NatsServerInfoChanges changes = NatsServerInfoChanges.None;
        if (old.MaxPayload != info.MaxPayload)
        {
            changes |= NatsServerInfoChanges.MaxPayload;
        }

        if (info.ClientConnectUrls is { Length: > 0 } urls && !urls.ToHashSet().SetEquals(old.ClientConnectUrls ?? []))
        {
            changes |= NatsServerInfoChanges.Urls;
        }

        if (old.Version != info.Version)
        {
            changes |= NatsServerInfoChanges.Version;
        }

        if (old.Cluster != info.Cluster)
        {
            changes |= NatsServerInfoChanges.Cluster;
        }

        if (old.RemoteAccount != info.RemoteAccount)
        {
            changes |= NatsServerInfoChanges.Account;
        }

        if (old.LameDuckMode != info.LameDuckMode)
        {
            changes |= NatsServerInfoChanges.LameDuckMode;
        }

        if (old.JetStreamAvailable != info.JetStreamAvailable)
        {
            changes |= NatsServerInfoChanges.JetStream;
        }

        if (old.Id != info.Id || old.Name != info.Name)
        {
            changes |= NatsServerInfoChanges.Identity;
        }

        if (old.TlsRequired != info.TlsRequired || old.TlsAvailable != info.TlsAvailable || old.AuthRequired != info.AuthRequired)
        {
            changes |= NatsServerInfoChanges.Security;
        }

        return changes;
    }
}
