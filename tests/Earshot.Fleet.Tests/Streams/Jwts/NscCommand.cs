using Xunit;

namespace Earshot.Fleet.Tests.Streams;

/// <summary>One command of a script, with the flags that the documentation of nsc 2.15 has for it; others are refused.</summary>
internal sealed class NscCommand
{
    // A flag that takes no value ends with an exclamation mark.
    private static readonly Dictionary<string, string[]> s_flags = new()
    {
        ["add account"] = ["--name"],
        ["edit account"] = ["--name", "--js-mem-storage", "--js-disk-storage", "--js-streams", "--js-consumer"],
        ["describe account"] = ["--name", "--field"],
        ["add export"] = ["--account", "--service!", "--private!", "--subject", "--account-token-position", "--response-type"],
        ["generate activation"] = ["--account", "--target-account", "--subject", "--output-file"],
        ["add import"] = ["--account", "--service!", "--src-account", "--remote-subject", "--local-subject", "--token"],
        ["add user"] = ["--account", "--name", "--allow-pub", "--allow-sub"],
    };

    private readonly Dictionary<string, List<string>> _values = [];

    internal NscCommand(IReadOnlyList<string> arguments)
    {
        Verb = $"{arguments[0]} {arguments[1]}";
        string[] known = Assert.Contains(Verb, (IReadOnlyDictionary<string, string[]>)s_flags);
        for (int i = 2; i < arguments.Count; i++)
        {
            string flag = arguments[i];
            bool isSwitch = known.Contains($"{flag}!");
            Assert.True(isSwitch || known.Contains(flag), $"nsc {Verb} has no {flag}");
            if (!_values.TryGetValue(flag, out List<string>? values))
            {
                _values.Add(flag, values = []);
            }

            values.Add(isSwitch ? "true" : arguments[++i]);
        }
    }

    internal string Verb { get; }

    internal string this[string flag] => Assert.Single(All(flag));

    internal bool Has(string flag) => _values.ContainsKey(flag);

    internal IReadOnlyList<string> All(string flag) => _values.GetValueOrDefault(flag) ?? [];
}
