using System.Globalization;
using System.Text.RegularExpressions;
using Earshot.RealServer;

namespace Earshot.Testing;

/// <summary>
/// Turns the configuration text of a nats-server into the options of a server in process. It knows what the tests write and
/// refuses the rest.
/// </summary>
internal static partial class ServerConfig
{
    public static NatsTestServerOptions Read(NatsServerSetup setup)
    {
        if (setup.Binary is not null || setup.Arguments.Count > 0)
        {
            throw new NotSupportedException("The server in process has no other version and no arguments; mark the test with OnlyReal.");
        }

        var options = new NatsTestServerOptions
        {
            Name = setup.Name,
            JetStream = setup.JetStream,
            MonitoringPort = 0,
            TranscriptCapacity = 200,
            PublishedCapacity = 0,
            LameDuckGracePeriod = setup.LameDuckGracePeriod ?? TimeSpan.FromSeconds(10),
            LameDuckDuration = setup.LameDuckDuration ?? TimeSpan.FromMinutes(2),
        };
        var tokens = new Queue<string>(Token.Matches(setup.Config).Select(match => match.Value));
        foreach ((string? key, object? value) in ReadMap(tokens, end: null))
        {
            options = Apply(options, key, value);
        }

        return options;
    }

    [GeneratedRegex("""[{}\[\]]|"[^"]*"|[^\s{}\[\],:="]+""")]
    private static partial Regex Token { get; }

    private static NatsTestServerOptions Apply(NatsTestServerOptions options, string key, object value) => key switch
    {
        "max_payload" => options with { MaxPayload = (int)Size(value) },
        "max_control_line" => options with { MaxControlLine = (int)Size(value) },
        "max_connections" => options with { MaxConnections = (int)Size(value) },
        "max_subscriptions" => options with { MaxSubscriptions = (int)Size(value) },
        "max_pending" => options with { MaxPending = Size(value) },
        "write_deadline" => options with { WriteDeadline = Time(value) },
        "ping_interval" => options with { PingInterval = Time(value) },
        "ping_max" => options with { MaxPingsOut = (int)Size(value) },
        "authorization" => Authorize(options, Map(value)),
        "accounts" => AddAccounts(options, Map(value)),
        _ => throw new NotSupportedException($"The server in process has no setting '{key}'; mark the test with OnlyReal."),
    };

    private static NatsTestServerOptions Authorize(NatsTestServerOptions options, Dictionary<string, object> map)
    {
        if (map.TryGetValue("timeout", out object? timeout))
        {
            options = options with { AuthorizationTimeout = Time(timeout) };
        }

        if (map.TryGetValue("token", out object? token))
        {
            return options with { Token = (string)token };
        }

        return options with { Users = map.TryGetValue("users", out object? users) ? [.. ((List<object>)users).Select(user => User(Map(user)))] : [User(map)] };
    }

    private static NatsTestServerOptions AddAccounts(NatsTestServerOptions options, Dictionary<string, object> accounts)
    {
        foreach ((string? name, object? value) in accounts)
        {
            Dictionary<string, object> account = Map(value);
            Dictionary<string, object> limits = account.TryGetValue("limits", out object? given) ? Map(given) : [];
            int Limit(string key) => limits.TryGetValue(key, out object? limit) ? (int)Size(limit) : 0;
            options = options with
            {
                Accounts = [.. options.Accounts, new NatsTestServerAccount(name) { MaxConnections = Limit("max_connections"), MaxPayload = Limit("max_payload"), MaxSubscriptions = Limit("max_subscriptions") }],
                Users = [.. options.Users, .. ((List<object>)account["users"]).Select(user => User(Map(user)) with { Account = name })],
            };
        }

        return options;
    }

    private static NatsTestServerUser User(Dictionary<string, object> user) => new((string)user["user"], (string)user["password"])
    {
        Permissions = user.TryGetValue("permissions", out object? permissions) ? Permissions(Map(permissions)) : null,
    };

    private static NatsTestServerPermissions Permissions(Dictionary<string, object> permissions)
    {
        IReadOnlyList<string> List(string direction, string kind)
        {
            object? rules = permissions.GetValueOrDefault(direction);
            object? list = rules is Dictionary<string, object> map ? map.GetValueOrDefault(kind) : kind == "allow" ? rules : null;
            return list switch { null => [], string one => [one], _ => [.. ((List<object>)list).Cast<string>()] };
        }

        return new NatsTestServerPermissions
        {
            PublishAllow = List("publish", "allow"),
            PublishDeny = List("publish", "deny"),
            SubscribeAllow = List("subscribe", "allow"),
            SubscribeDeny = List("subscribe", "deny"),
        };
    }

    private static Dictionary<string, object> ReadMap(Queue<string> tokens, string? end)
    {
        var map = new Dictionary<string, object>();
        while (tokens.Count > 0)
        {
            string key = tokens.Dequeue();
            if (key == end)
            {
                break;
            }

            map[key.Trim('"')] = ReadValue(tokens, tokens.Dequeue());
        }

        return map;
    }

    private static object ReadValue(Queue<string> tokens, string first)
    {
        if (first == "{")
        {
            return ReadMap(tokens, "}");
        }

        if (first != "[")
        {
            return first.Trim('"');
        }

        var list = new List<object>();
        while (tokens.Dequeue() is var token && token != "]")
        {
            list.Add(ReadValue(tokens, token));
        }

        return list;
    }

    private static Dictionary<string, object> Map(object value) => (Dictionary<string, object>)value;

    private static long Size(object value)
    {
        string text = (string)value;
        string number = text.TrimEnd('M', 'K', 'B');
        int unit = text[number.Length..] switch { "" => 1, "K" or "KB" => 1024, _ => 1024 * 1024 };
        return long.Parse(number, CultureInfo.InvariantCulture) * unit;
    }

    private static TimeSpan Time(object value)
    {
        string text = (string)value;
        double number = double.Parse(text.TrimEnd('m', 's'), CultureInfo.InvariantCulture);
        return text.EndsWith("ms", StringComparison.Ordinal) ? TimeSpan.FromMilliseconds(number)
            : text.EndsWith('m') ? TimeSpan.FromMinutes(number) : TimeSpan.FromSeconds(number);
    }
}
