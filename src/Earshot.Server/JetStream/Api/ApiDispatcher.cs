namespace Earshot.Server.JetStream;

/// <summary>Finds what answers a request to the API.</summary>
internal static class ApiDispatcher
{
    /// <summary>Whether a request is answered at all; otherwise the requester receives the status for no responders.</summary>
    public static bool HasResponder(JetStreamAccount account, string[] words) => words switch
    {
        ["CONSUMER", "MSG", "NEXT", var stream, var consumer] => account.Find(stream, consumer) is not null && !account.IsAway(stream),
        ["DIRECT", "GET", var stream, ..] => account.Find(stream)?.State.Config.AllowDirect == true && !account.IsAway(stream),
        _ => true,
    };

    /// <summary>Processes a request. Returns its answer; null when there is none, or it was sent.</summary>
    public static byte[]? Answer(JetStreamAccount account, ApiCall call) => call.RequiredLevel > RequiredLevel.Present ? Refuse(account, call) : call.Words switch
    {
        ["CONSUMER", "INFO", var away, _] when account.IsAway(away) => ApiAnswer.Error("consumer_info", ApiError.UnavailableForNow),
        ["CONSUMER", "CREATE", var away, ..] when account.IsAway(away) => ApiAnswer.Error("consumer_create", ApiError.UnavailableForNow),
        ["CONSUMER", "DELETE", var away, _] when account.IsAway(away) => ApiAnswer.Error("consumer_delete", ApiError.UnavailableForNow),
        ["STREAM", "MSG", "GET", var away] when account.IsAway(away) => ApiAnswer.Error("stream_msg_get", ApiError.UnavailableForNow),
        ["INFO"] => AccountApi.Info(account),
        ["STREAM", "CREATE", var name] => StreamApi.Create(account, name, call),
        ["STREAM", "UPDATE", var name] => StreamApi.Update(account, name, call),
        ["STREAM", "INFO", var name] => StreamApi.Info(account, name, call),
        ["STREAM", "DELETE", var name] => StreamApi.Delete(account, name),
        ["STREAM", "PURGE", var name] => StreamApi.Purge(account, name, call),
        ["STREAM", "NAMES"] => StreamApi.Names(account, call),
        ["STREAM", "LIST"] => StreamApi.List(account, call),
        ["STREAM", "MSG", "GET", var name] => MessageApi.Get(account, name, call),
        ["STREAM", "MSG", "DELETE", var name] => MessageApi.Delete(account, name, call),
        ["STREAM", "LEADER", "STEPDOWN", _] => ApiAnswer.Error("stream_leader_stepdown", ApiError.NoCluster),
        ["STREAM", "PEER", "REMOVE", _] => ApiAnswer.Error("stream_remove_peer", ApiError.NoCluster),
        ["CONSUMER", "CREATE", var stream] => ConsumerApi.Create(account, stream, null, call),
        ["CONSUMER", "CREATE" or "DURABLE", var stream, var name, .. var filter] when call.Words[1] == "CREATE" => ConsumerApi.Create(account, stream, name, call, filter),
        ["CONSUMER", "DURABLE", "CREATE", var stream, var name] => ConsumerApi.Create(account, stream, name, call),
        ["CONSUMER", "INFO", var stream, var name] => ConsumerApi.Info(account, stream, name),
        ["CONSUMER", "DELETE", var stream, var name] => ConsumerApi.Delete(account, stream, name),
        ["CONSUMER", "NAMES", var stream] => ConsumerApi.Names(account, stream, call),
        ["CONSUMER", "LIST", var stream] => ConsumerApi.List(account, stream, call),
        ["CONSUMER", "PAUSE", var stream, var name] => ConsumerApi.Pause(account, stream, name, call),
        ["CONSUMER", "UNPIN", var stream, var name] => UnpinApi.Unpin(account, stream, name, call),
        ["CONSUMER", "RESET", var stream, var name] => ConsumerApi.Reset(account, stream, name, call),
        ["CONSUMER", "LEADER", "STEPDOWN", _, _] => ApiAnswer.Error("consumer_leader_stepdown", ApiError.NoCluster),
        ["CONSUMER", "MSG", "NEXT", var stream, var name] => PullApi.Pull(account, stream, name, call),
        ["DIRECT", "GET", var stream, .. var subject] => DirectApi.Get(account, stream, string.Join('.', subject), call),
        _ => null,
    };

    // Pulls and direct gets are answered with a status.
    private static byte[]? Refuse(JetStreamAccount account, ApiCall call)
    {
        switch (call.Words)
        {
            case ["CONSUMER", "MSG", "NEXT", ..] or ["DIRECT", ..]:
                account.Output.Send(call.ReplyTo, StatusBlock.Of("412 Required Api Level"), []);
                return null;
            case ["INFO"]:
                return ApiAnswer.Error("account_info", ApiError.LevelRequired);
            case ["STREAM", "MSG", var verb, ..]:
                return ApiAnswer.Error($"stream_msg_{verb.ToLowerInvariant()}", ApiError.LevelRequired);
            case [var kind, var verb, ..]:
                return ApiAnswer.Error($"{kind}_{(verb == "DURABLE" ? "create" : verb)}".ToLowerInvariant(), ApiError.LevelRequired);
            default:
                return null;
        }
    }
}
