using System.Text.Json.Nodes;
using Earshot.Authentication;
using Earshot.Testing;

namespace Earshot.Fleet.Tests.Streams;

/// <summary>An operator whose accounts have the claims that the printed commands of a configuration give them. nsc is not needed for it.</summary>
internal sealed class JwtOperator : IDisposable
{
    private readonly NKeySigner _key = JwtIssuer.NewKey(NKeyKind.Operator, out _);
    private readonly string _system;

    private JwtOperator(FleetConfiguration configuration)
    {
        _system = configuration.SystemAccount;
        Accounts = new[] { configuration.SystemAccount, configuration.FleetAccount }.Concat(configuration.Apps.Select(app => app.Account)).ToDictionary(name => name, name => new JwtAccount(name));
    }

    internal IReadOnlyDictionary<string, JwtAccount> Accounts { get; }

    /// <summary>The configuration of every server: the JWTs of all accounts in memory.</summary>
    internal string Config
    {
        get
        {
            string accounts = string.Join("\n", Accounts.Values.Select(account => $"  {account.Key}: {account.JwtFrom(_key)}"));
            string self = JwtAccount.Sign(_key, _key.PublicKey, "operator", new JsonObject { ["type"] = "operator", ["version"] = 2, ["system_account"] = Accounts[_system].Key });
            return $"operator: {self}\nsystem_account: {Accounts[_system].Key}\nresolver: MEMORY\nresolver_preload: {{\n{accounts}\n}}\n";
        }
    }

    /// <summary>Runs the commands of a configuration.</summary>
    internal static async Task<JwtOperator> SetUpAsync(FleetConfiguration configuration, params string[] existing)
    {
        var self = new JwtOperator(configuration);
        var activations = new Dictionary<string, (string Token, JsonObject Import)>();
        foreach (NscCommand command in await NscScript.RunAsync(configuration.ToNscCommands(), self.Accounts.ToDictionary(pair => pair.Key, pair => pair.Value.Key), [self._system, .. existing]))
        {
            switch (command.Verb)
            {
                case "edit account":
                    self.Accounts[command["--name"]].Edit(command);
                    break;
                case "add export":
                    self.Accounts[command["--account"]].Export(command);
                    break;
                case "generate activation":
                    activations.Add(command["--output-file"], self.Accounts[command["--account"]].Activate(command));
                    break;
                case "add import":
                    self.Accounts[command["--account"]].Import(command, command.Has("--token") ? activations[command["--token"]] : null);
                    break;
                case "add user":
                    self.Accounts[command["--account"]].User(command);
                    break;
            }
        }

        return self;
    }

    /// <summary>The credentials of a user, as its file has them.</summary>
    internal string CredsOf(string user) => JwtIssuer.CredsOf((UserOf(user).Jwt, UserOf(user).Seed));

    /// <summary>The public key of a user.</summary>
    internal string KeyOf(string user) => UserOf(user).Key;

    private JwtUser UserOf(string name) => Accounts.Values.SelectMany(account => account.Users).Single(user => user.Name == name);

    public void Dispose()
    {
        _key.Dispose();
        foreach (JwtAccount account in Accounts.Values)
        {
            account.Dispose();
        }
    }
}
