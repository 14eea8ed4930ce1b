namespace Earshot.Lifecycle;

/// <summary>What the INFO of the live session changes: limits, the cluster's servers, lame duck mode.</summary>
internal static class InfoRules
{
    /// <summary>The INFO that a session began with.</summary>
    public static void First(MachineTurn turn, NatsServerInfo info)
    {
        PoolRules.Merge(turn, info, turn.State.Live!.ServerId, PoolChangeSource.Info);
        if (info.LameDuckMode)
        {
            LameDuckRules.Announced(turn, info);
        }
    }

    public static void Received(MachineTurn turn, NatsServerInfo info)
    {
        LiveSession live = turn.State.Live!;
        NatsServerInfo old = live.Info;
        NatsServerInfo merged = info with { Nonce = old.Nonce };
        if (info.MaxPayload <= 0)
        {
            merged = merged with { MaxPayload = old.MaxPayload };
        }

        turn.State = turn.State with { Live = live with { Info = merged } };
        ServerInfoChanges changes = Differences(old, merged);
        if (changes != ServerInfoChanges.None || (info.IsConnectInfo && !old.IsConnectInfo))
        {
            turn.Emit(new NatsServerInfoUpdatedEvent { Old = old, New = merged, Changed = changes, ConnectInfo = info.IsConnectInfo });
        }

        turn.Do(new ApplyInfo(merged));
        PoolRules.Merge(turn, info, live.ServerId, info.LameDuckMode ? PoolChangeSource.LameDuck : PoolChangeSource.Info);
        if (info.LameDuckMode && !live.IsLameDuck)
        {
            LameDuckRules.Announced(turn, merged);
        }
        else
        {
            LameDuckRules.OthersMayHaveCome(turn);
        }
    }

    /// <summary>The filter has answered: what it lets through comes into the pool.</summary>
    public static void Judged(MachineTurn turn, AdvertisedJudged judged)
    {
        PoolRules.Merge(turn, judged.Info, turn.State.Live!.ServerId, judged.Source, judged.Refused);
        LameDuckRules.OthersMayHaveCome(turn);
    }

    private static ServerInfoChanges Differences(NatsServerInfo old, NatsServerInfo info)
    {
        ServerInfoChanges changes = ServerInfoChanges.None;
        if (old.MaxPayload != info.MaxPayload)
        {
            changes |= ServerInfoChanges.MaxPayload;
        }

        if (info.ClientConnectUrls is { Length: > 0 } urls && !urls.ToHashSet().SetEquals(old.ClientConnectUrls ?? []))
        {
            changes |= ServerInfoChanges.Urls;
        }

        if (old.Version != info.Version)
        {
            changes |= ServerInfoChanges.Version;
        }

        if (old.Cluster != info.Cluster)
        {
            changes |= ServerInfoChanges.Cluster;
        }

        if (old.RemoteAccount != info.RemoteAccount)
        {
            changes |= ServerInfoChanges.Account;
        }

        if (old.LameDuckMode != info.LameDuckMode)
        {
            changes |= ServerInfoChanges.Ldm;
        }

        if (old.JetStreamAvailable != info.JetStreamAvailable)
        {
            changes |= ServerInfoChanges.JetStream;
        }

        if (old.Id != info.Id || old.Name != info.Name)
        {
            changes |= ServerInfoChanges.Identity;
        }

        if (old.TlsRequired != info.TlsRequired || old.TlsAvailable != info.TlsAvailable || old.AuthRequired != info.AuthRequired)
        {
            changes |= ServerInfoChanges.Security;
        }

        return changes;
    }
}
