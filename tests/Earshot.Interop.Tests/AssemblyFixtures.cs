using Earshot.Interop.Tests.Kit;
using Earshot.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(UnobservedExceptions))]
[assembly: AssemblyFixture(typeof(SecretScan))]
[assembly: AssemblyFixture(typeof(InteropServer))]
