using Earshot.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(UnobservedExceptions))]
[assembly: AssemblyFixture(typeof(SecretScan))]
