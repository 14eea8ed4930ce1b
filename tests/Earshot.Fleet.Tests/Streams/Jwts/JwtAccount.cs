using System.Text.Json.Nodes;
using Earshot.Authentication;
using Earshot.Testing;
using Xunit;

namespace Earshot.Fleet.Tests.Streams;

/// <summary>An account and its claims, as the commands of nsc change them.</summary>
internal sealed class JwtAccount(string name) : IDisposable
{
    private static readonly string[] s_limits = ["subs", "data", "payload", "imports", "exports", "conn", "leaf"];

    private readonly NKeySigner _key = JwtIssuer.NewKey(NKeyKind.Account, out _);
    private readonly List<JwtUser> _users = [];
    private readonly JsonArray _exports = [];
    private readonly JsonArray _imports = [];
    private readonly JsonObject _limits = new(s_limits.Select(limit => KeyValuePair.Create(limit, (JsonNode?)-1)).Append(new("wildcards", true)));

    internal string Name => name;

    internal string Key => _key.PublicKey;

    internal IReadOnlyList<JwtUser> Users => _users;

    internal JsonObject Claims => new()
    {
        ["type"] = "account",
        ["version"] = 2,
        ["limits"] = _limits.DeepClone(),
        ["exports"] = _exports.DeepClone(),
        ["imports"] = _imports.DeepClone(),
    };

    internal string JwtFrom(NKeySigner signer) => Sign(signer, Key, name, Claims);

    internal void Edit(NscCommand command)
    {
        foreach ((string flag, string claim) in new[] { ("mem-storage", "mem_storage"), ("disk-storage", "disk_storage"), ("streams", "streams"), ("consumer", "consumer") })
        {
            _limits[claim] = int.Parse(command[$"--js-{flag}"], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    internal void Export(NscCommand command)
    {
        string subject = command["--subject"], type = TypeOf(command);
        Assert.DoesNotContain(_exports, other => (string?)other!["type"] == type && (Contains((string)other["subject"]!, subject) || Contains(subject, (string)other["subject"]!)));
        var export = new JsonObject { ["name"] = subject, ["subject"] = subject, ["type"] = type };
        if (command.Has("--private"))
        {
            Assert.False(command.Has("--account-token-position"), "nsc: account token position is only valid for public exports");
            export["token_req"] = true;
        }

        if (command.Has("--account-token-position"))
        {
            int position = int.Parse(command["--account-token-position"], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal("*", subject.Split('.')[position - 1]);
            export["account_token_position"] = position;
        }

        if (type == "service")
        {
            export["response_type"] = command.Has("--response-type") ? command["--response-type"] : "Singleton";
            Assert.Contains((string)export["response_type"]!, new[] { "Singleton", "Stream", "Chunked" });
        }

        _exports.Add(export);
    }

    /// <summary>The token with which another account may import a private export.</summary>
    internal (string Token, JsonObject Import) Activate(NscCommand command)
    {
        string subject = command["--subject"];
        JsonNode export = Assert.Single(_exports, other => (string)other!["subject"]! == subject && (bool?)other["token_req"] == true)!;
        string type = (string)export["type"]!;
        string token = Sign(_key, command["--target-account"], subject, new JsonObject { ["type"] = "activation", ["version"] = 2, ["subject"] = subject, ["kind"] = type });
        return (token, new JsonObject { ["subject"] = subject, ["type"] = type, ["account"] = Key });
    }

    internal void Import(NscCommand command, (string Token, JsonObject Import)? activation)
    {
        JsonObject import = activation?.Import.DeepClone().AsObject() ?? new() { ["subject"] = command["--remote-subject"], ["type"] = TypeOf(command), ["account"] = command["--src-account"] };
        Assert.Equal(activation is null, command.Has("--remote-subject") && command.Has("--src-account"));
        string local = command["--local-subject"];
        Assert.Equal(((string)import["subject"]!).Split('.').Count(token => token == "*"), local.Split('.').Count(token => token.StartsWith('$')));
        import["local_subject"] = local;
        if (activation is { Token: var token })
        {
            import["token"] = token;
        }

        _imports.Add(import);
    }

    internal void User(NscCommand command)
    {
        static JsonObject Allow(IReadOnlyList<string> subjects) => new() { ["allow"] = new JsonArray([.. subjects.Order(StringComparer.Ordinal).Select(subject => (JsonNode)subject)]) };
        string user = command["--name"];
        var permissions = new JsonObject { ["pub"] = Allow(command.All("--allow-pub")), ["sub"] = Allow(command.All("--allow-sub")) };
        JsonObject claims = permissions.DeepClone().AsObject();
        (claims["type"], claims["version"], claims["subs"], claims["data"], claims["payload"]) = ("user", 2, -1, -1, -1);
        using NKeySigner key = JwtIssuer.NewKey(NKeyKind.User, out string seed);
        _users.Add(new JwtUser(user, key.PublicKey, Sign(_key, key.PublicKey, user, claims), seed, permissions));
    }

    public void Dispose() => _key.Dispose();

    internal static string Sign(NKeySigner issuer, string subject, string name, JsonObject claims) => JwtIssuer.Sign(
        issuer,
        new JsonObject { ["jti"] = Guid.NewGuid().ToString("N"), ["iat"] = 1700000000, ["iss"] = issuer.PublicKey, ["name"] = name, ["sub"] = subject, ["nats"] = claims }.ToJsonString());

    private static string TypeOf(NscCommand command) => command.Has("--service") ? "service" : "stream";

    private static bool Contains(string outer, string inner)
    {
        string[] all = outer.Split('.'), some = inner.Split('.');
        return all.Length == some.Length && all.Zip(some).All(pair => pair.First == "*" || pair.First == pair.Second);
    }
}
